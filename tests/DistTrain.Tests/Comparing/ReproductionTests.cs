using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Comparing;
using DistTrain.Node.Display;
using DistTrain.Tests.Runs;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Comparing;

public sealed class ReproductionTests : IDisposable
{
    /// <summary>The recipes on digits that are drawn in a moment.</summary>
    private static readonly Recipe[] Drawn = [.. Reproduction.Recipes.Select(recipe => recipe with { Dataset = recipe.Dataset == "mnist" ? "synthetic:600" : "synthetic:500" })];

    private readonly TemporaryFolder temporary = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly StopSignal stop = new(_ => { });

    public void Dispose()
    {
        stop.Dispose();
        output.Dispose();
        error.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public void Recipes_are_all_four_with_the_published_accuracies() => Assert.Equal(
        [("classic", "mnist", 0.9790), ("classic", "fashion-mnist", 0.8654), ("modern", "mnist", 0.9907), ("modern", "fashion-mnist", 0.9045)],
        Reproduction.Recipes.Select(recipe => (recipe.Variant, recipe.Dataset, recipe.Published)));

    [Fact]
    public void Study_has_a_legal_cell_for_each_recipe_with_what_it_says()
    {
        var common = new JobSpec { Epochs = 10, Shards = 2, Seed = 3 };
        Study study = Reproduction.StudyOf(Reproduction.Recipes, common, 5);

        Assert.Equal(20, study.Trials.Count);
        Assert.Equal([3UL, 4UL, 5UL, 6UL, 7UL], study.Seeds);
        Assert.All(study.Cells.Zip(Reproduction.Recipes), pair =>
        {
            pair.First.Job.Validate();
            Assert.Equal(
                common with { Variant = pair.Second.Variant, Dataset = pair.Second.Dataset, BatchSize = pair.Second.BatchSize, LearningRate = pair.Second.LearningRate }, pair.First.Job);
        });
    }

    [Fact]
    public async Task Json_is_one_array_with_a_row_for_each_recipe_and_again_the_same()
    {
        string first = await MustReproduceAsync(json: true);
        JsonElement[] rows = [.. JsonElement.Parse(first).EnumerateArray()];

        Assert.Equal(Drawn.Select(recipe => (recipe.Variant, recipe.Dataset)), rows.Select(row => (row.GetProperty("variant").GetString()!, row.GetProperty("dataset").GetString()!)));
        Assert.All(rows, row =>
        {
            Assert.Equal(
                ["variant", "dataset", "meanAccuracy", "stdAccuracy", "minAccuracy", "maxAccuracy", "published"], row.EnumerateObject().Select(property => property.Name));
            double mean = row.GetProperty("meanAccuracy").GetDouble();
            Assert.InRange(mean, row.GetProperty("minAccuracy").GetDouble(), row.GetProperty("maxAccuracy").GetDouble());
            Assert.True(row.GetProperty("stdAccuracy").GetDouble() >= 0);
        });
        Assert.Contains("classic on synthetic:600 and synthetic:500: batch 64, peak learning rate 0.005", error.ToString(), StringComparison.Ordinal);

        output.GetStringBuilder().Clear();
        Assert.Equal(first, await MustReproduceAsync(json: true));
    }

    [Fact]
    public async Task Table_states_the_recipe_and_sets_the_published_figures_beside_those_measured()
    {
        string text = await MustReproduceAsync(json: false);

        Assert.Contains("LeNet-5, 1 epoch, Adam, one-cycle learning rate, 2 shards, 2 seeds from 1", text, StringComparison.Ordinal);
        Assert.Contains("modern on synthetic:600 and synthetic:500: batch 256, peak learning rate 0.008", text, StringComparison.Ordinal);
        string row = Assert.Single(text.Split('\n'), line => line.StartsWith("modern   synthetic:500 ", StringComparison.Ordinal));
        Assert.Contains(" 90.45 ", row, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(temporary.In("study"), "comparison.html")));
    }

    [Fact]
    public async Task Data_set_that_is_missing_is_named_before_anything_is_trained()
    {
        int code = await CommandLine.RunAsync(
            ["reproduce", "--data-dir", temporary.Path, "--out", temporary.In("study")], ProgramServices.Create(), new Terminal(output, error, OutIsTerminal: false), stop);

        Assert.Equal(2, code);
        string line = Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("disttrain: reproduce needs mnist and fashion-mnist, and mnist cannot be had: get it by 'disttrain data fetch mnist'", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temporary.In("study")));
    }

    [Theory]
    [InlineData("--seeds is '0'", "--seeds", "0")]
    [InlineData("--epochs is '0'", "--epochs", "0")]
    [InlineData("unknown option '--lr'", "--lr", "0.1")]
    public async Task Bad_input_gives_one_line_and_exit_code_2(string expected, params string[] args)
    {
        int code = await CommandLine.RunAsync(["reproduce", .. args], ProgramServices.Create(), new Terminal(output, error, OutIsTerminal: false), stop);

        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private async Task<string> MustReproduceAsync(bool json)
    {
        var options = new StudyOptions
        {
            Train = new TrainOptions { Spec = new JobSpec { Epochs = 1, Shards = 2, Workers = 1 }, Display = new DisplayOptions(json, Verbose: false, NoColor: true) },
            Seeds = 2,
            Out = temporary.In("study"),
        };
        var context = new CommandContext(ProgramServices.Create(), new Terminal(output, error, OutIsTerminal: false), stop, new CommonOptions());
        int code = await ReproduceCommand.RunAsync(context, options, Drawn);
        Assert.True(code == 0, error.ToString());
        return output.ToString();
    }
}
