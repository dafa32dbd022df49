using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DistTrain.Node.Display;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>The published accuracies of LeNet-5, and the study that sets one's own beside them.</summary>
internal static class Reproduction
{
    public const int Epochs = 10;
    public const int Seeds = 5;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n",
    };

    /// <summary>Classic: sigmoid and average-pool; modern: ReLU and max-pool.</summary>
    public static IReadOnlyList<Recipe> Recipes { get; } =
    [
        new("classic", "mnist", 64, 5e-3, 0.9790),
        new("classic", "fashion-mnist", 64, 5e-3, 0.8654),
        new("modern", "mnist", 256, 8e-3, 0.9907),
        new("modern", "fashion-mnist", 256, 8e-3, 0.9045),
    ];

    /// <summary>A cell for each recipe, in their order.</summary>
    /// <param name="job">What all have in common, its seed the first.</param>
    public static Study StudyOf(IReadOnlyList<Recipe> recipes, JobSpec job, int seeds) => new(
        [
            new Factor("variant", [.. recipes.Select(recipe => recipe.Variant).Distinct()]),
            new Factor("dataset", [.. recipes.Select(recipe => recipe.Dataset).Distinct()]),
        ],
        [.. recipes.Select((recipe, i) => new StudyCell(
            i + 1,
            [recipe.Variant, recipe.Dataset],
            job with { Model = "lenet5", Variant = recipe.Variant, Dataset = recipe.Dataset, BatchSize = recipe.BatchSize, LearningRate = recipe.LearningRate },
            null))],
        job.Seed,
        seeds);

    /// <summary>The recipe in words, a line for each of its parts.</summary>
    public static IEnumerable<string> Recipe(IReadOnlyList<Recipe> recipes, JobSpec job, int seeds)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"LeNet-5, {RunText.Epochs(job.Epochs)}, Adam, {job.Schedule} learning rate, {RunText.Count((uint)job.Shards, "shard")}, {RunText.Count((uint)seeds, "seed")} from {job.Seed}");
        foreach (IGrouping<(string Variant, int BatchSize, double LearningRate), Recipe> same in recipes.GroupBy(recipe => (recipe.Variant, recipe.BatchSize, recipe.LearningRate)))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{same.Key.Variant} on {string.Join(" and ", same.Select(recipe => recipe.Dataset))}: batch {same.Key.BatchSize}, peak learning rate {same.Key.LearningRate}");
        }
    }

    /// <summary>A head and a line for each recipe.</summary>
    public static IEnumerable<string> Table(IReadOnlyList<Recipe> recipes, Comparison comparison)
    {
        yield return "variant  dataset         mean %   std    min    max   published   difference";
        foreach ((Recipe recipe, CellResult cell) in Rows(recipes, comparison))
        {
            string difference = cell.Accuracy is { } own ? (100 * (own.Mean - recipe.Published)).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : "-";
            IReadOnlyList<string> numbers = ComparisonText.Numbers(cell);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{recipe.Variant,-7}  {recipe.Dataset,-14}  {numbers[0],6}  {numbers[1],4}  {numbers[2],5}  {numbers[3],5}  {100 * recipe.Published,10:0.00}  {difference,11}{(cell.Problem is { } problem ? "  " + problem : "")}");
        }
    }

    /// <summary>An array with an object for each recipe; accuracies from 0 to 1, null where there is none.</summary>
    public static string Json(IReadOnlyList<Recipe> recipes, Comparison comparison) => JsonSerializer.Serialize(
        Rows(recipes, comparison).Select(row => new
        {
            row.Recipe.Variant,
            row.Recipe.Dataset,
            MeanAccuracy = row.Cell.Accuracy?.Mean,
            StdAccuracy = row.Cell.Accuracy?.StandardDeviation,
            MinAccuracy = row.Cell.Accuracy?.Least,
            MaxAccuracy = row.Cell.Accuracy?.Most,
            row.Recipe.Published,
        }),
        Indented);

    private static IEnumerable<(Recipe Recipe, CellResult Cell)> Rows(IReadOnlyList<Recipe> recipes, Comparison comparison) =>
        recipes.Select((recipe, i) => (recipe, comparison.Ranking.Single(cell => cell.Cell.Number == i + 1)));
}
