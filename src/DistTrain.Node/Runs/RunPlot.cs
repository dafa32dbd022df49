using DistTrain.Protocol.Client;
using ScottPlot;

namespace DistTrain.Node.Runs;

/// <summary>Draws the loss of a run over epochs, and in a second panel its accuracy, if it has one.</summary>
internal static class RunPlot
{
    private const int Width = 1200;
    private const int Height = 480;

    /// <summary>Writes a PNG; false when there is nothing to draw yet.</summary>
    public static bool TrySave(IReadOnlyList<RunRecord> records, string path)
    {
        RunStart? start = records.LastOrDefault(r => r.KindCase == RunRecord.KindOneofCase.Start)?.Start;
        EpochRecord[] epochs = [.. records.Where(r => r.KindCase == RunRecord.KindOneofCase.Epoch).Select(r => r.Epoch)];
        StepRecord[] steps = [.. records.Where(r => r.KindCase == RunRecord.KindOneofCase.Step).Select(r => r.Step)];
        if (epochs.Length == 0 && steps.Length == 0)
        {
            return false;
        }

        // A run that ends within an epoch, or whose epochs were not evaluated, has its test in the summary alone.
        Summary? summary = records.LastOrDefault(r => r.KindCase == RunRecord.KindOneofCase.Summary)?.Summary;
        EpochRecord[] tested = summary is null || summary.Steps <= epochs.LastOrDefault()?.Step ? epochs : [.. epochs, AtTheEnd(summary)];
        double stepsPerEpoch = Math.Max(1, start?.StepsPerEpoch ?? 1);
        bool classified = HasAccuracy(records);
        var figure = new Multiplot();
        figure.AddPlots(classified ? 2 : 1);
        figure.Layout = new ScottPlot.MultiplotLayouts.Columns();
        string note = start is { Emulated: true } ? " (emulated)" : "";
        Plot loss = PlotPanel.Label(figure.GetPlot(0), "Loss" + note, "epochs", "mean loss");
        Curve(loss, "each step", Colors.LightGray, 1, steps.Select(s => (s.Step / stepsPerEpoch, s.Loss)));
        Curve(loss, "training", Colors.C0, 2, epochs.Select(e => (e.Step / stepsPerEpoch, e.TrainLoss)));
        Curve(loss, "test", Colors.C1, 2, tested.Select(e => (e.Step / stepsPerEpoch, e.TestLoss)));
        Curve(loss, "validation", Colors.C2, 2, tested.Where(e => e.HasValidationLoss).Select(e => (e.Step / stepsPerEpoch, e.ValidationLoss)));
        loss.ShowLegend(Alignment.UpperRight);
        if (classified)
        {
            Accuracy(PlotPanel.Label(figure.GetPlot(1), "Accuracy" + note, "epochs", "accuracy (%)"), tested, stepsPerEpoch);
        }

        PlotPanel.Save(figure, path, Width, Height);
        return true;
    }

    /// <summary>Whether a run's network classifies: of others, no record has an accuracy.</summary>
    public static bool HasAccuracy(IReadOnlyList<RunRecord> records) => records.Any(record => record.KindCase switch
    {
        RunRecord.KindOneofCase.Step => double.IsFinite(record.Step.Accuracy),
        RunRecord.KindOneofCase.Epoch => double.IsFinite(record.Epoch.TrainAccuracy) || double.IsFinite(record.Epoch.TestAccuracy),
        _ => false,
    });

    /// <summary>The evaluation that ended a run, without figures of its training.</summary>
    private static EpochRecord AtTheEnd(Summary summary)
    {
        var end = new EpochRecord
        {
            Step = summary.Steps, TrainLoss = double.NaN, TrainAccuracy = double.NaN, TestLoss = summary.TestLoss, TestAccuracy = summary.TestAccuracy,
        };
        if (summary.HasValidationLoss)
        {
            (end.ValidationLoss, end.ValidationAccuracy) = (summary.ValidationLoss, summary.HasValidationAccuracy ? summary.ValidationAccuracy : double.NaN);
        }

        return end;
    }

    private static void Accuracy(Plot plot, EpochRecord[] epochs, double stepsPerEpoch)
    {
        Curve(plot, "training", Colors.C0, 2, epochs.Select(e => (e.Step / stepsPerEpoch, 100 * e.TrainAccuracy)));
        Curve(plot, "test", Colors.C1, 2, epochs.Select(e => (e.Step / stepsPerEpoch, 100 * e.TestAccuracy)));
        Curve(plot, "validation", Colors.C2, 2, epochs.Where(e => e.HasValidationAccuracy).Select(e => (e.Step / stepsPerEpoch, 100 * e.ValidationAccuracy)));
        plot.ShowLegend(Alignment.LowerRight);
    }

    /// <summary>A loss that is not a number has no place on a picture; its neighbours keep theirs.</summary>
    private static void Curve(Plot plot, string name, Color color, float width, IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] drawn = [.. points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        if (drawn.Length == 0)
        {
            return;
        }

        var curve = plot.Add.Scatter(drawn.Select(point => point.X).ToArray(), drawn.Select(point => point.Y).ToArray(), color);
        curve.LegendText = name;
        curve.LineWidth = width;
        curve.MarkerSize = drawn.Length <= 50 && width > 1 ? 6 : 0;
    }
}
