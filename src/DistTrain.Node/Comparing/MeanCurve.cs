namespace DistTrain.Node.Comparing;

/// <summary>A cell's way through its epochs, in the mean of its completed trials.</summary>
internal sealed class MeanCurve
{
    private MeanCurve(CellResult cell, string label)
    {
        Cell = cell;
        Label = label;
        int length = cell.Completed.Min(trial => trial.Epochs.Count);
        Accuracy = Points(length, epoch => epoch.TestAccuracy * 100);
        Loss = Points(length, epoch => epoch.TestLoss);
    }

    public CellResult Cell { get; }

    public string Label { get; }

    /// <summary>Epochs, and accuracy on the test set in per cent.</summary>
    public IReadOnlyList<(double Epoch, double Value)> Accuracy { get; }

    /// <summary>Epochs, and mean loss on the test set.</summary>
    public IReadOnlyList<(double Epoch, double Value)> Loss { get; }

    /// <summary>Of all cells with a result, the best first.</summary>
    public static IReadOnlyList<MeanCurve> Of(Comparison comparison) =>
        [.. comparison.Ranking.Where(cell => cell.Completed.Count > 0).Select(cell => new MeanCurve(cell, comparison.Study.Label(cell.Cell)))];

    /// <summary>A value that is not a number in one trial has no mean; its neighbours keep theirs.</summary>
    private (double, double)[] Points(int length, Func<TrialEpoch, double?> value) =>
    [
        .. from i in Enumerable.Range(0, length)
           let values = Cell.Completed.Select(trial => value(trial.Epochs[i])).OfType<double>().ToArray()
           where values.Length == Cell.Completed.Count
           select (Cell.Completed[0].Epochs[i].Epoch, values.Sum() / values.Length),
    ];
}
