using DistTrain.Node.Runs;
using ScottPlot;

namespace DistTrain.Node.Comparing;

/// <summary>Draws every cell's test accuracy and test loss over epochs, one panel each.</summary>
internal static class ComparisonPlot
{
    private const int Width = 1500;
    private const int Height = 560;

    /// <summary>Letters of a name beside the panel, which has to keep some width.</summary>
    private const int MostLabel = 50;

    /// <summary>Writes a PNG.</summary>
    public static void Save(Comparison comparison, string path)
    {
        IReadOnlyList<MeanCurve> curves = MeanCurve.Of(comparison);
        var figure = new Multiplot();
        figure.AddPlots(2);
        figure.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Fill(PlotPanel.Label(figure.GetPlot(0), "Test accuracy", "epochs", "test accuracy (%)"), curves, curve => curve.Accuracy, ChartAxis.Linear, named: false);
        Fill(PlotPanel.Label(figure.GetPlot(1), "Test loss", "epochs", "mean loss"), curves, curve => curve.Loss, ChartAxis.Logarithmic, named: true);
        PlotPanel.Save(figure, path, Width, Height);
    }

    private static void Fill(
        Plot plot, IReadOnlyList<MeanCurve> curves, Func<MeanCurve, IReadOnlyList<(double Epoch, double Value)>> of, Func<IReadOnlyList<double>, ChartAxis> axis, bool named)
    {
        ChartAxis up = axis([.. curves.SelectMany(of).Select(point => point.Value)]);

        // The best on top of the others.
        for (int i = curves.Count - 1; i >= 0; i--)
        {
            (double Epoch, double Value)[] points = [.. of(curves[i])];
            if (points.Length == 0)
            {
                continue;
            }

            var curve = plot.Add.Scatter(points.Select(point => point.Epoch).ToArray(), points.Select(point => up.Place(point.Value)).ToArray(), Color.FromHex(CurveColours.Of(i)));
            curve.LineWidth = i < CurveColours.Count ? 2 : 1;
            curve.MarkerSize = points.Length <= 50 ? 5 : 0;
        }

        plot.Axes.Left.SetTicks([.. up.Ticks.Select(tick => tick.Place)], [.. up.Ticks.Select(tick => tick.Label)]);
        plot.Axes.SetLimitsY(up.Low, up.High);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        if (named)
        {
            Name(plot, curves);
        }
    }

    /// <summary>Beside the panel, where it hides no curve.</summary>
    private static void Name(Plot plot, IReadOnlyList<MeanCurve> curves)
    {
        foreach ((MeanCurve curve, int i) in curves.Take(CurveColours.Count).Select((curve, i) => (curve, i)))
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = Shortened(curve.Label), LineColor = Color.FromHex(CurveColours.Of(i)), LineWidth = 2, LabelFontName = PlotFont.Name });
        }

        plot.ShowLegend(Edge.Right);
    }

    private static string Shortened(string label) => label.Length <= MostLabel ? label : label[..(MostLabel - 3)] + "...";
}
