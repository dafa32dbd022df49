using DistTrain.Node.Runs;
using ScottPlot;

namespace DistTrain.Node.Comparing;

/// <summary>Draws a heat map of mean test accuracies.</summary>
internal static class HeatMapPlot
{
    private static readonly Color Strong = Color.FromHex(SvgHeatMap.Strong);
    private static readonly Color Nothing = Color.FromHex(SvgHeatMap.Nothing);

    /// <summary>Writes a PNG.</summary>
    public static void Save(HeatMapGrid map, string path)
    {
        var figure = new Multiplot();
        figure.AddPlots(1);
        Plot plot = PlotPanel.Label(figure.GetPlot(0), "Mean test accuracy (%)", map.Across.Name, map.Down.Name);
        (int rows, int columns) = (map.Down.Values.Count, map.Across.Values.Count);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                Draw(plot, map[row, column], column, rows - 1 - row);
            }
        }

        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, columns).Select(k => (double)k)], [.. map.Across.Values]);
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, rows).Select(k => (double)(rows - 1 - k))], [.. map.Down.Values]);
        plot.Axes.SetLimits(-0.5, columns - 0.5, -0.5, rows - 0.5);
        plot.HideGrid();
        PlotPanel.Save(figure, path, Math.Clamp(200 + (90 * columns), 480, 3000), Math.Clamp(160 + (60 * rows), 320, 3000));
    }

    private static void Draw(Plot plot, HeatMapTile tile, int across, int up)
    {
        var square = plot.Add.Rectangle(across - 0.5, across + 0.5, up - 0.5, up + 0.5);
        square.FillColor = tile.Strength is { } strength ? Colors.White.MixedWith(Strong, strength) : Nothing;
        square.LineColor = Colors.LightGray;
        square.LineWidth = 1;
        if (tile.Text.Length == 0)
        {
            return;
        }

        var text = plot.Add.Text(tile.Text, across, up);
        text.LabelAlignment = Alignment.MiddleCenter;
        text.LabelFontName = PlotFont.Name;
        text.LabelFontSize = 14;
        text.LabelFontColor = tile.Strength > 0.5 ? Colors.White : Colors.Black;
    }
}
