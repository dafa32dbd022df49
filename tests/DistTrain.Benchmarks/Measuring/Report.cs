using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>Comparisons as a table for people, or as one line of JSON for scripts.</summary>
internal static class Report
{
    public static void Print(TextWriter output, IReadOnlyList<Comparison> rows, IReadOnlyList<NotMeasured> missing, bool json)
    {
        if (json)
        {
            output.WriteLine(Json(rows, missing).ToJsonString());
            return;
        }

        foreach (Comparison row in rows)
        {
            output.WriteLine();
            output.WriteLine($"{row.Name}: ratio {row.Ratio:0.00}{Verdict(row)}");
            output.WriteLine(Line(row.Measured, row.Unit));
            output.WriteLine(Line(row.Against, row.Unit));
            if (row.RatioOfAll is { } ratio)
            {
                output.WriteLine(
                    $"  over all turns, with those on cores shared with each other or with others: {row.Measured.All!.Median:#,0} : {row.Against.All!.Median:#,0} = {ratio:0.00}, n = {row.Measured.All.Count}");
            }
        }

        foreach (NotMeasured row in missing)
        {
            output.WriteLine();
            output.WriteLine($"{row.Name}: not measured: {row.Reason}");
        }
    }

    private static string Verdict(Comparison row) => row.Target is { } target
        ? $", target {(row.AtMost ? "<=" : ">=")} {target:0.0}: {(row.Met == true ? "met" : "not met")}"
        : ", for information";

    private static string Line(Side side, string unit)
    {
        Figures figures = side.Figures;
        string format = figures.Median < 1_000 ? "0.0" : "#,0";
        return $"  {side.Name,-58} median {figures.Median.ToString(format),8} {unit}, min {figures.Min.ToString(format)}, max {figures.Max.ToString(format)}, n = {figures.Count}";
    }

    private static JsonObject Json(IReadOnlyList<Comparison> rows, IReadOnlyList<NotMeasured> missing)
    {
        var all = new JsonArray();
        foreach (Comparison row in rows)
        {
            all.Add(new JsonObject
            {
                ["name"] = row.Name,
                ["unit"] = row.Unit,
                ["measured"] = Json(row.Measured),
                ["against"] = Json(row.Against),
                ["ratio"] = row.Ratio,
                ["ratioOfAllTurns"] = row.RatioOfAll,
                ["target"] = row.Target,
                ["atMost"] = row.AtMost,
                ["met"] = row.Met,
            });
        }

        foreach (NotMeasured row in missing)
        {
            all.Add(new JsonObject { ["name"] = row.Name, ["notMeasured"] = row.Reason });
        }

        return new JsonObject { ["rows"] = all };
    }

    private static JsonObject Json(Side side)
    {
        JsonObject figures = JsonSerializer.SerializeToNode(side.Figures, JsonSerializerOptions.Web)!.AsObject();
        figures["name"] = side.Name;
        return figures;
    }
}
