using System.Globalization;

namespace DistTrain.Node.Comparing;

/// <summary>A comparison of two factors as a table: the first down, the second across.</summary>
internal sealed class HeatMapGrid
{
    /// <summary>An error that low is drawn like this one: its logarithm must be finite.</summary>
    private const double LeastError = 1e-5;

    private readonly HeatMapTile[] tiles;

    private HeatMapGrid(Comparison comparison)
    {
        Down = comparison.Study.Factors[0];
        Across = comparison.Study.Factors[1];
        Dictionary<(string, string), CellResult> cells = comparison.Ranking.ToDictionary(cell => (cell.Cell.Values[0], cell.Cell.Values[1]));
        double[] errors = [.. cells.Values.Where(cell => cell.Accuracy is not null).Select(LogarithmOfError)];
        (double best, double worst) = (errors.Min(), errors.Max());
        tiles =
        [
            .. from down in Down.Values
               from across in Across.Values
               select Tile(cells.GetValueOrDefault((down, across)), $"{Down.Name}={down} {Across.Name}={across}", best, worst),
        ];
    }

    public Factor Down { get; }

    public Factor Across { get; }

    public HeatMapTile this[int row, int column] => tiles[(row * Across.Values.Count) + column];

    /// <summary>Null unless there are two factors, and an accuracy.</summary>
    public static HeatMapGrid? Of(Comparison comparison) => comparison.Study.Factors.Count == 2 && comparison.Ranking.Any(cell => cell.Accuracy is not null) ? new HeatMapGrid(comparison) : null;

    private static HeatMapTile Tile(CellResult? cell, string label, double best, double worst)
    {
        if (cell?.Accuracy is not { } accuracy)
        {
            string state = cell is null ? "" : cell.Trials.Count > 0 || cell.Problem?.StartsWith("refused", StringComparison.Ordinal) == true ? "failed" : "";
            return new HeatMapTile(state, null, $"{label}: {cell?.Problem ?? "not in the sample"}");
        }

        double strength = worst > best ? (worst - LogarithmOfError(cell)) / (worst - best) : 1;
        string percent = string.Create(CultureInfo.InvariantCulture, $"{100 * accuracy.Mean:0.00}");
        return new HeatMapTile(percent, strength, $"{label}: {percent} %");
    }

    /// <summary>99.0 and 99.5 % differ as much as 90 and 95 %: half the mistakes.</summary>
    private static double LogarithmOfError(CellResult cell) => Math.Log(Math.Max(1 - cell.Accuracy!.Mean, LeastError));
}

/// <param name="Text">The mean test accuracy in per cent, or what there is instead.</param>
/// <param name="Strength">Of the colour: 1 for the fewest mistakes, 0 for the most, in between by the logarithm of the error; null without a result.</param>
/// <param name="Title">All that there is to say.</param>
internal sealed record HeatMapTile(string Text, double? Strength, string Title);
