using System.Globalization;
using System.Text;

namespace DistTrain.Node.Comparing;

/// <summary>The ranking as comma-separated values (RFC 4180, but lines end in LF), a line each cell; numbers as in the JSON, empty what is not there.</summary>
internal static class ComparisonCsv
{
    public static string Compose(Comparison comparison)
    {
        var text = new StringBuilder();
        Line(text, ["rank", "cell", .. comparison.Study.Factors.Select(factor => factor.Name), "completed", "meanAccuracy", "stdAccuracy", "minAccuracy", "maxAccuracy", "meanLoss", "meanValidationAccuracy", "meanTrainSeconds", "problem"]);
        foreach (CellResult cell in comparison.Ranking)
        {
            Line(text,
            [
                Text(comparison.RankOf(cell)), Text(cell.Cell.Number), .. cell.Cell.Values, Text(cell.Completed.Count),
                Text(cell.Accuracy?.Mean), Text(cell.Accuracy?.StandardDeviation), Text(cell.Accuracy?.Least), Text(cell.Accuracy?.Most),
                Text(cell.Loss?.Mean), Text(cell.ValidationAccuracy?.Mean), Text(cell.Seconds?.Mean), cell.Problem ?? "",
            ]);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Field)).Append('\n');

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
