using DistTrain.Protocol.Client;
using ScottPlot;

namespace DistTrain.Node.Runs;

/// <summary>Draws the loss and the accuracy of a run, one panel each, over epochs.</summary>
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

        PlotFont.Register();
        double stepsPerEpoch = Math.Max(1, start?.StepsPerEpoch ?? 1);
        var figure = new Multiplot();
        figure.AddPlots(2);
        figure.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Plot loss = Panel(figure.GetPlot(0), "Loss", "mean loss");
        Plot accuracy = Panel(figure.GetPlot(1), "Accuracy", "accuracy (%)");
        Curve(loss, "each step", Colors.LightGray, 1, steps.Select(s => (s.Step / stepsPerEpoch, s.Loss)));
        Curve(loss, "training", Colors.C0, 2, epochs.Select(e => (e.Step / stepsPerEpoch, e.TrainLoss)));
        Curve(loss, "test", Colors.C1, 2, epochs.Select(e => (e.Step / stepsPerEpoch, e.TestLoss)));
        Curve(accuracy, "training", Colors.C0, 2, epochs.Select(e => (e.Step / stepsPerEpoch, 100 * e.TrainAccuracy)));
        Curve(accuracy, "test", Colors.C1, 2, epochs.Select(e => (e.Step / stepsPerEpoch, 100 * e.TestAccuracy)));
        loss.ShowLegend(Alignment.UpperRight);
        accuracy.ShowLegend(Alignment.LowerRight);
        string temporary = path + ".tmp.png";
        figure.SavePng(temporary, Width, Height);
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    private static Plot Panel(Plot plot, string title, string unit)
    {
        plot.Title(title);
        plot.XLabel("epochs");
        plot.YLabel(unit);
        plot.Font.Set(PlotFont.Name);
        plot.Legend.FontName = PlotFont.Name;

        // The font has one weight, and the library's own way of making it bold smears.
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        return plot;
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
