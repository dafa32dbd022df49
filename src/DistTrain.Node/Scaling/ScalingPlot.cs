using System.Globalization;
using DistTrain.Node.Runs;
using ScottPlot;

namespace DistTrain.Node.Scaling;

/// <summary>Draws speed-up and efficiency over workers, one panel each: what was measured, the ideal, and both models.</summary>
internal static class ScalingPlot
{
    private const int Width = 1200;
    private const int Height = 520;

    public static void Save(ScalingStudy study, string path)
    {
        string note = study.Job.Emulated
            ? string.Create(CultureInfo.InvariantCulture, $" (EMULATED: {study.Job.EmulateStepMilliseconds:0.###} ms a shard)")
            : $" ({study.Job.Engine})";
        var figure = new Multiplot();
        figure.AddPlots(2);
        figure.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Plot speedup = PlotPanel.Label(figure.GetPlot(0), "Speed-up" + note, "workers", "times one worker");
        Plot efficiency = PlotPanel.Label(figure.GetPlot(1), "Efficiency" + note, "workers", "speed-up for each worker (%)");
        Fill(speedup, study, (_, times) => times, Alignment.UpperLeft);
        Fill(efficiency, study, (workers, times) => 100 * times / workers, Alignment.LowerLeft);
        double most = study.Points[^1].Workers;
        speedup.Axes.SetLimits(0, most * 1.05, 0, Math.Max(most, study.Points.Max(point => point.Speedup)) * 1.08);
        efficiency.Axes.SetLimits(0, most * 1.05, 0, Math.Max(100, study.Points.Max(point => 100 * point.Efficiency)) * 1.08);
        PlotPanel.Save(figure, path, Width, Height);
    }

    /// <param name="value">Workers and times as fast as one: the height to draw at.</param>
    private static void Fill(Plot plot, ScalingStudy study, Func<double, double, double> value, Alignment legend)
    {
        int most = study.Points[^1].Workers;
        double oneWorker = study.Points[0].Median * study.Points[0].Workers;
        int[] every = [.. Enumerable.Range(1, most)];
        Curve(plot, "ideal", Colors.Gray, LinePattern.Dashed, every, workers => value(workers, workers));
        if (study.Cost is { } cost)
        {
            Curve(plot, "sum of costs", Colors.C1, LinePattern.Solid, every, workers => value(workers, oneWorker / cost.At(workers)));
        }

        if (study.Law is { } law)
        {
            Curve(plot, "universal law", Colors.C2, LinePattern.Dotted, every, workers => value(workers, oneWorker / law.At(workers)));
        }

        var points = Curve(plot, "measured, min to max", Colors.C0, null, [.. study.Points.Select(point => point.Workers)],
            workers => value(workers, study.Points.First(point => point.Workers == workers).Speedup));
        points.MarkerSize = 8;
        foreach (ScalingPoint point in study.Points)
        {
            var range = plot.Add.Line(
                point.Workers, value(point.Workers, oneWorker / point.Most), point.Workers, value(point.Workers, oneWorker / point.Least));
            range.Color = Colors.C0;
            range.LineWidth = 2;
        }

        plot.Axes.Bottom.TickGenerator = Ticks(study.Points);
        plot.ShowLegend(legend);
    }

    private static ScottPlot.Plottables.Scatter Curve(Plot plot, string name, Color color, LinePattern? pattern, int[] at, Func<int, double> height)
    {
        var curve = plot.Add.Scatter(at.Select(workers => (double)workers).ToArray(), at.Select(height).ToArray(), color);
        curve.LegendText = name;
        curve.LinePattern = pattern ?? LinePattern.Solid;
        curve.LineWidth = pattern is null ? 0 : 2;
        curve.MarkerSize = 0;
        return curve;
    }

    /// <summary>The counts that were measured, as far as their numbers do not run into each other.</summary>
    private static ScottPlot.TickGenerators.NumericManual Ticks(IReadOnlyList<ScalingPoint> points)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        double room = points[^1].Workers / 25.0;
        double last = double.PositiveInfinity;
        foreach (int workers in points.Select(point => point.Workers).Reverse())
        {
            if (last - workers >= room)
            {
                ticks.AddMajor(workers, workers.ToString(CultureInfo.InvariantCulture));
                last = workers;
            }
        }

        return ticks;
    }
}
