using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistTrain.Node.Comparing;

/// <summary>A comparison for scripts: camelCase, accuracies from 0 to 1, times in seconds, what is not there null.</summary>
internal static class ComparisonJson
{
    // "<" in a reason is for people to read, and nothing here goes into a page.
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true, NewLine = "\n" };

    /// <summary>One line, the last; without the trials.</summary>
    public static string Line(Comparison comparison, string folder)
    {
        JsonObject summary = Summary(comparison, cell => Cell(comparison, cell));
        summary["outDir"] = folder;
        return summary.ToJsonString(Plain);
    }

    /// <summary>The whole comparison, with every trial and its epochs.</summary>
    public static string Document(Comparison comparison) => Summary(comparison, cell =>
    {
        JsonObject json = Cell(comparison, cell);
        json["trials"] = JsonSerializer.SerializeToNode(cell.Trials, Plain);
        return json;
    }).ToJsonString(Indented) + "\n";

    private static JsonObject Summary(Comparison comparison, Func<CellResult, JsonObject> cell) => new()
    {
        ["kind"] = "summary",
        ["factors"] = JsonSerializer.SerializeToNode(comparison.Study.Factors, Plain),
        ["seeds"] = new JsonArray([.. comparison.Study.Seeds.Select(seed => JsonValue.Create(seed))]),
        ["trials"] = comparison.Study.Trials.Count,
        ["trialsDone"] = comparison.TrialsDone,
        ["cells"] = new JsonArray([.. comparison.Ranking.Select(cell)]),
    };

    private static JsonObject Cell(Comparison comparison, CellResult cell) => new()
    {
        ["rank"] = comparison.RankOf(cell),
        ["cell"] = cell.Cell.Number,
        ["values"] = new JsonObject(comparison.Study.Factors.Select((factor, i) => KeyValuePair.Create(factor.Name, (JsonNode?)cell.Cell.Values[i]))),
        ["job"] = Study.Described(cell.Cell.Job),
        ["completed"] = cell.Completed.Count,
        ["meanAccuracy"] = cell.Accuracy?.Mean,
        ["stdAccuracy"] = cell.Accuracy?.StandardDeviation,
        ["minAccuracy"] = cell.Accuracy?.Least,
        ["maxAccuracy"] = cell.Accuracy?.Most,
        ["meanLoss"] = cell.Loss?.Mean,
        ["meanValidationAccuracy"] = cell.ValidationAccuracy?.Mean,
        ["meanTrainSeconds"] = cell.Seconds?.Mean,
        ["problem"] = cell.Problem,
    };
}
