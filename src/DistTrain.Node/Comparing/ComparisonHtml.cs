using System.Globalization;
using System.Net;
using System.Text;

namespace DistTrain.Node.Comparing;

/// <summary>A comparison as one page that needs nothing else: no network, no scripts, no other files.</summary>
internal static class ComparisonHtml
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #16181b; --faint: #63686f; --line: #d9dbde; --paper: #ffffff; --band: #f4f6f8; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --faint: #9aa0a8; --line: #3a3e44; --paper: #17191c; --band: #202327; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1340px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        p, figcaption { color: var(--faint); } figure { margin: 0; flex: 1 1 480px; min-width: 0; }
        .charts { display: flex; flex-wrap: wrap; gap: 1.5rem; } .wide { overflow-x: auto; }
        svg { max-width: 100%; height: auto; font-size: 13px; } svg text { fill: var(--ink); } svg .tick { fill: var(--faint); } svg .grid { stroke: var(--line); }
        svg .curve:hover polyline { stroke-width: 4; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th.number, td.number { text-align: right; } tbody tr:nth-child(even) { background: var(--band); }
        .key { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 50%; }
        """;

    public static string Compose(Comparison comparison, string title)
    {
        Study study = comparison.Study;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Encoded(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{Encoded(title)}</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Encoded(study.Summary())}; {comparison.TrialsDone} of {study.Trials.Count} trials done. Ranked by mean test accuracy over the seeds; std is the standard deviation of the sample. Time is that of training, as it was measured when the trial was made.</p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{(study.Common() is { Length: > 0 } common ? $"Of all cells: {Encoded(common)}. " : "")}comparison.json has the job of each cell.</p>\n");
        IReadOnlyList<MeanCurve> curves = MeanCurve.Of(comparison);
        if (HeatMapGrid.Of(comparison) is { } map)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Mean test accuracy (%)</h2>\n<div class=\"wide\">\n{SvgHeatMap.Compose(map)}</div>\n<p>Coloured by the logarithm of the error: the darkest has the fewest mistakes.</p>\n");
        }

        if (curves.Count > 0)
        {
            page.Append("<h2>By epoch, in the mean of the seeds</h2>\n<div class=\"charts\">\n");
            page.Append(CultureInfo.InvariantCulture, $"<figure>\n{SvgCurves.Compose(curves, "Test accuracy", curve => curve.Accuracy, ChartAxis.Linear)}<figcaption>Test accuracy (%)</figcaption>\n</figure>\n");
            page.Append(CultureInfo.InvariantCulture, $"<figure>\n{SvgCurves.Compose(curves, "Test loss", curve => curve.Loss, ChartAxis.Logarithmic)}<figcaption>Test loss (mean)</figcaption>\n</figure>\n</div>\n");
        }

        page.Append("<h2>Ranking</h2>\n<div class=\"wide\">\n");
        Table(page, comparison);
        page.Append("</div>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Table(StringBuilder page, Comparison comparison)
    {
        page.Append("<table>\n<thead><tr><th></th><th class=\"number\">rank</th>");
        page.AppendJoin("", comparison.Study.Factors.Select(factor => $"<th>{Encoded(factor.Name)}</th>"));
        page.AppendJoin("", ComparisonText.Head.Select(name => $"<th class=\"number\">{name}</th>"));
        page.Append("<th></th></tr></thead>\n<tbody>\n");
        for (int i = 0; i < comparison.Ranking.Count; i++)
        {
            CellResult cell = comparison.Ranking[i];
            string key = cell.Completed.Count > 0 ? $"<span class=\"key\" style=\"background:{CurveColours.Of(i)}\"></span>" : "";
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{key}</td><td class=\"number\">{ComparisonText.Rank(comparison, cell)}</td>");
            page.AppendJoin("", cell.Cell.Values.Select(value => $"<td>{Encoded(value)}</td>"));
            page.AppendJoin("", ComparisonText.Numbers(cell).Select(number => $"<td class=\"number\">{number}</td>"));
            page.Append(CultureInfo.InvariantCulture, $"<td>{Encoded(cell.Problem ?? "")}</td></tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
