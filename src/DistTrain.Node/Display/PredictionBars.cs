using System.Globalization;
using DistTrain.Node.Commands;
using Spectre.Console;

namespace DistTrain.Node.Display;

/// <summary>The most probable classes of an image, a bar each.</summary>
internal static class PredictionBars
{
    private const int BarWidth = 40;
    private const int LongestLabel = 24;
    private const string Eighths = " ▏▎▍▌▋▊▉";

    public static void Write(Terminal terminal, bool noColor, Prediction prediction, int top)
    {
        (int Class, double Probability)[] best = prediction.Best(top);
        IAnsiConsole console = AnsiTerminal.Open(terminal, noColor);

        // Names of files are of any length: they are not for the drawing library, which would fold them.
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Printable(prediction.Image)}: {Printable(prediction.NameOf(best[0].Class))} ({best[0].Probability:P2})"));
        string[] labels = [.. best.Select(each => ClassLabel.Of(prediction.ClassNames, each.Class, LongestLabel))];
        int width = labels.Max(label => label.Length);
        foreach (((int which, double probability), string label) in best.Zip(labels))
        {
            string color = which == best[0].Class ? "green" : "grey";
            string share = probability.ToString("P2", CultureInfo.InvariantCulture);
            string padded = prediction.ClassNames.Count > 0 ? label.PadRight(width) : label.PadLeft(width);
            console.MarkupLine($"  {Markup.Escape(padded)} [{color}]{Bar(probability)}[/] {share,9}");
        }
    }

    private static string Bar(double probability)
    {
        int eighths = (int)Math.Round(probability * BarWidth * 8);
        string whole = new('█', eighths / 8);
        return (eighths % 8 == 0 ? whole : whole + Eighths[eighths % 8]).PadRight(BarWidth);
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
