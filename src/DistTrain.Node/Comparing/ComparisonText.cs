using System.Globalization;
using DistTrain.Node.Display;

namespace DistTrain.Node.Comparing;

/// <summary>A comparison as a table of text.</summary>
internal static class ComparisonText
{
    /// <summary>More rows are in the files.</summary>
    private const int MostRows = 40;

    private const int MostProblem = 100;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>What the columns of numbers mean, in the order of <see cref="Numbers"/>.</summary>
    public static IReadOnlyList<string> Head { get; } = ["mean %", "std", "min", "max", "loss", "s a run", "seeds"];

    /// <summary>A cell's numbers: accuracies in per cent; a dash for what is not there.</summary>
    public static IReadOnlyList<string> Numbers(CellResult cell) =>
    [
        Percent(cell.Accuracy?.Mean), Percent(cell.Accuracy?.StandardDeviation), Percent(cell.Accuracy?.Least), Percent(cell.Accuracy?.Most),
        cell.Loss is { } loss ? RunText.Loss(loss.Mean) : "-",
        cell.Seconds is { } seconds ? seconds.Mean.ToString("0.0", Invariant) : "-",
        cell.Completed.Count.ToString(Invariant),
    ];

    /// <summary>A head and a line for each cell, the best first.</summary>
    public static IEnumerable<string> Table(Comparison comparison)
    {
        string[][] rows =
        [
            ["rank", .. Head, .. comparison.Study.Factors.Select(factor => factor.Name)],
            .. comparison.Ranking.Take(MostRows).Select(cell => (string[])[Rank(comparison, cell), .. Numbers(cell), .. cell.Cell.Values]),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        int numbers = 1 + Head.Count;
        for (int i = 0; i < rows.Length; i++)
        {
            string line = string.Join("  ", rows[i].Select((text, column) => column < numbers ? text.PadLeft(widths[column]) : text.PadRight(widths[column])));
            string problem = i > 0 && comparison.Ranking[i - 1].Problem is { } why ? "  " + Shortened(why) : "";
            yield return (line + problem).TrimEnd();
        }

        if (comparison.Ranking.Count > MostRows)
        {
            yield return $"and {comparison.Ranking.Count - MostRows} more in the files";
        }
    }

    public static string Rank(Comparison comparison, CellResult cell) => comparison.RankOf(cell)?.ToString(Invariant) ?? "-";

    public static string Percent(double? share) => share is { } known ? (100 * known).ToString("0.00", Invariant) : "-";

    private static string Shortened(string text) => text.Length <= MostProblem ? text : text[..(MostProblem - 3)] + "...";
}
