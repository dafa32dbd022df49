using ScottPlot;

namespace DistTrain.Node.Runs;

/// <summary>How every panel of every picture looks.</summary>
internal static class PlotPanel
{
    public static Plot Label(Plot plot, string title, string across, string up)
    {
        PlotFont.Register();
        plot.Title(title);
        plot.XLabel(across);
        plot.YLabel(up);
        plot.Font.Set(PlotFont.Name);
        plot.Legend.FontName = PlotFont.Name;

        // The font has one weight, and the library's own way of making it bold smears.
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        return plot;
    }

    /// <summary>Replaces a picture that is there as a whole.</summary>
    public static void Save(Multiplot figure, string path, int width, int height)
    {
        string temporary = path + ".tmp.png";
        figure.SavePng(temporary, width, height);
        File.Move(temporary, path, overwrite: true);
    }
}
