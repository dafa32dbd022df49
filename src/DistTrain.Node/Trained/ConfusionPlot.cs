using System.Globalization;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Training.Scores;
using ScottPlot;

namespace DistTrain.Node.Trained;

/// <summary>Draws a confusion matrix: rows are true classes, coloured by their share; what is right in blue, what is wrong in red.</summary>
internal static class ConfusionPlot
{
    /// <summary>More cells than that have no room for numbers.</summary>
    private const int MostNumbered = 24;

    /// <summary>Of a class's name on an axis, in characters.</summary>
    private const int LongestLabel = 20;

    /// <summary>Longer labels below the columns are written aslant.</summary>
    private const int MostUpright = 4;

    /// <summary>How much lower each character of such a label reaches, in pixels.</summary>
    private const int SlantedCharacter = 6;

    private const int AxisTitle = 30;

    private static readonly Color Right = new(31, 93, 160);
    private static readonly Color Wrong = new(200, 30, 30);

    /// <summary>Writes a PNG.</summary>
    /// <param name="classNames">One a class; empty if they have only numbers.</param>
    public static void Save(ConfusionMatrix matrix, IReadOnlyList<string> classNames, string title, string path)
    {
        var figure = new Multiplot();
        figure.AddPlots(1);
        Plot plot = PlotPanel.Label(figure.GetPlot(0), title, "predicted class", "true class");
        int classes = matrix.Classes;
        IReadOnlyList<ClassScore> scores = matrix.Scores();
        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
            {
                Cell(plot, matrix[row, column], scores[row].Images, row, column, classes);
            }
        }

        double[] places = [.. Enumerable.Range(0, classes).Select(k => (double)k)];
        string[] labels = [.. Enumerable.Range(0, classes).Select(k => ClassLabel.Of(classNames, k, LongestLabel))];
        plot.Axes.Bottom.SetTicks(places, labels);
        plot.Axes.Left.SetTicks([.. places.Select(k => classes - 1 - k)], labels);
        int below = Slant(plot, labels.Max(label => label.Length));
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        plot.HideGrid();
        int side = Math.Clamp(120 + (60 * classes), 480, 2400);
        PlotPanel.Save(figure, path, side, side + below);
    }

    /// <summary>Long labels below the columns are written aslant, with room for them. Gives the pixels that this adds.</summary>
    private static int Slant(Plot plot, int longest)
    {
        if (longest <= MostUpright)
        {
            return 0;
        }

        int room = SlantedCharacter * longest;
        plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = room + AxisTitle;
        return room;
    }

    private static void Cell(Plot plot, int count, int images, int row, int column, int classes)
    {
        double share = images == 0 ? 0 : (double)count / images;

        // Mistakes are few beside what is right: the root of the share lets one in a hundred be seen.
        double strength = row == column ? share : Math.Sqrt(share);
        double up = classes - 1 - row;
        var cell = plot.Add.Rectangle(column - 0.5, column + 0.5, up - 0.5, up + 0.5);
        cell.FillColor = Colors.White.MixedWith(row == column ? Right : Wrong, strength);
        cell.LineColor = Colors.LightGray;
        cell.LineWidth = 1;
        if (count == 0 || classes > MostNumbered)
        {
            return;
        }

        var number = plot.Add.Text(count.ToString(CultureInfo.InvariantCulture), column, up);
        number.LabelAlignment = Alignment.MiddleCenter;
        number.LabelFontName = PlotFont.Name;
        number.LabelFontSize = 14;
        number.LabelFontColor = strength > 0.5 ? Colors.White : Colors.Black;
    }
}
