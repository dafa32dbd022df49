using CsCheck;
using DistTrain.Node.Commands;
using DistTrain.Node.Comparing;
using DistTrain.Tests.Commands;
using DistTrain.Tests.Runs;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Comparing;

public sealed class StudyGridTests
{
    private static readonly string[] Three = ["lr=0.1,0.01,0.001", "variant=modern,classic", "batch-size=40,80"];

    /// <summary>Every option that describes the job, also those that come later, with its default where that is a value.</summary>
    public static TheoryData<string, string> Varied => [.. TrainSettings.Spec
        .Where(setting => setting is { Option: not (null or "--seed" or "--name" or "--emulate-step"), Default: not null } && IsValue(setting))
        .Select(setting => (setting.Option![2..], setting.Default!))];

    [Theory]
    [MemberData(nameof(Varied))]
    public void Every_option_of_the_job_can_be_varied_by_its_name(string name, string usual)
    {
        VariedSetting varied = VariedSetting.Read($"{name}={usual}");

        Assert.Equal(name, varied.Factor.Name);
        Assert.Equal(new JobSpec(), varied.Apply(new TrainOptions(), usual).Spec);
        Assert.Equal(varied.Factor.Values, VariedSetting.Read($"--{name}={usual}").Factor.Values);
    }

    [Fact]
    public void Grid_has_every_combination_once_the_last_factor_changing_fastest()
    {
        IReadOnlyList<StudyCell> cells = SampleStudy.Grid(Three).All();

        Assert.Equal(12, cells.Count);
        Assert.Equal(Enumerable.Range(1, 12), cells.Select(cell => cell.Number));
        Assert.Equal(["0.1", "modern", "40"], cells[0].Values);
        Assert.Equal(["0.1", "modern", "80"], cells[1].Values);
        Assert.Equal(["0.001", "classic", "80"], cells[^1].Values);
        Assert.Equal(12, cells.Select(cell => cell.Job).Distinct().Count());
        Assert.All(cells, cell => Assert.Equal(
            SampleStudy.Base.Spec with { LearningRate = double.Parse(cell.Values[0]), Variant = cell.Values[1], BatchSize = int.Parse(cell.Values[2]) }, cell.Job));
    }

    [Fact]
    public void Without_factors_the_job_itself_is_the_only_cell()
    {
        StudyCell cell = Assert.Single(SampleStudy.Grid().All());
        Assert.Equal(SampleStudy.Base.Spec, cell.Job);
    }

    [Fact]
    public void Sample_is_so_many_cells_of_the_grid_and_the_seed_decides_which() => Gen.Select(Gen.Int[1, 15], Gen.ULong).Sample((count, seed) =>
    {
        StudyGrid grid = SampleStudy.Grid(Three);
        IReadOnlyList<StudyCell> all = grid.All();
        IReadOnlyList<StudyCell> sample = grid.Sample(count, seed);

        Assert.Equal(Math.Min(count, 12), sample.Count);
        Assert.Equal(sample.Select(cell => cell.Number), grid.Sample(count, seed).Select(cell => cell.Number));
        Assert.Equal(sample.Select(cell => cell.Number).Distinct().Order(), sample.Select(cell => cell.Number));
        Assert.All(sample, cell => Assert.Equal(all[cell.Number - 1].Job, cell.Job));
    });

    [Fact]
    public void Sample_of_other_seeds_is_another_one() =>
        Assert.True(Enumerable.Range(0, 20).Select(seed => string.Join(' ', SampleStudy.Grid(Three).Sample(4, (ulong)seed).Select(cell => cell.Number))).Distinct().Count() > 10);

    [Fact]
    public void Combination_that_cannot_be_is_a_cell_that_says_why()
    {
        IReadOnlyList<StudyCell> cells = SampleStudy.Grid("schedule=one-cycle,constant", "warmup-steps=0,5").All();

        Assert.Equal([null, "--warmup-steps is 5", null, null], cells.Select(cell => cell.Refusal?.Split(':')[0]));
    }

    [Theory]
    [InlineData("--vary warmup-steps=5 cannot be in any cell: --warmup-steps is 5: it must be 0", "warmup-steps=0,5", "lr=0.1,0.2")]
    [InlineData("--vary model=lenet6 cannot be in any cell: model 'lenet6' is not known", "model=lenet5,lenet6")]
    [InlineData("--vary lr is '0.1,1e-1': allowed is each value once, and '0.1' and '1e-1' are the same", "lr=0.1,1e-1")]
    [InlineData("--vary makes more than 100000 cells", "lr=log:1e-4..1:1000", "dropout=lin:0..0.5:101")]
    [InlineData("--vary lr is 'x': allowed is a number above 0 up to 1000", "lr=0.1,x")]
    [InlineData("--vary batch-size is '5.5': allowed is a whole number", "batch-size=lin:1..10:3")]
    [InlineData("--vary is 'lr': allowed is NAME=VALUES", "lr")]
    [InlineData("--vary is '=1': allowed is NAME=VALUES", "=1")]
    [InlineData("unknown name in --vary (value 'batchsize'): did you mean batch-size?", "batchsize=1")]
    [InlineData("unknown name in --vary (value 'xyzzy'): known are dataset, ", "xyzzy=1")]
    [InlineData("--vary cannot vary seed: every cell is trained from the same seeds", "seed=1,2")]
    [InlineData("--vary cannot vary emulate-step: ", "emulate-step=1ms")]
    [InlineData("unknown name in --vary (value 'resume')", "resume=a")]
    public void Bad_factor_is_refused_in_one_line(string expected, params string[] vary)
    {
        var refused = Assert.Throws<UserErrorException>(() => SampleStudy.Grid(vary));
        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void Digest_of_the_weights_to_start_from_stays_with_those_that_it_is_of()
    {
        TrainOptions given = SampleStudy.Base with { Spec = SampleStudy.Base.Spec with { From = "a", FromSha256 = "d" } };
        var grid = new StudyGrid(given, [VariedSetting.Read("from=a,b")], _ => { });

        Assert.Equal(["d", ""], grid.All().Select(cell => cell.Job.FromSha256));
    }

    [Fact]
    public async Task Each_value_takes_of_a_recipe_what_it_can()
    {
        using var run = new CommandRun();
        run.Training.Give(SampleRun.Whole());
        Assert.Equal(0, await run.RunAsync(["train", "--preset", "speedrun"]));
        TrainOptions given = run.Trained!;
        var grid = new StudyGrid(given, [VariedSetting.Read("loss=cross-entropy,mse"), VariedSetting.Read("optimizer=nadam,adam")], job => job.Validate());

        Assert.All(grid.All(), cell => Assert.Null(cell.Refusal));
        Assert.Equal([0.05, 0.05, 0, 0], grid.All().Select(cell => cell.Job.SkipLossBelow));
        Assert.Equal([10, 0.004, 10, 0.004], grid.All().Select(cell => cell.Job.MomentumDecay));
        Assert.All(grid.All(), cell => Assert.Equal((given.Spec.Name, 8e-3), (cell.Job.Name, cell.Job.LearningRate)));
    }

    private static bool IsValue(Setting<TrainOptions> setting)
    {
        try
        {
            return setting.Apply(new TrainOptions(), "", setting.Default!).Spec == new JobSpec();
        }
        catch (UserErrorException)
        {
            return false;
        }
    }
}
