using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Node.Commands;

/// <summary>How many images of a class there are.</summary>
public sealed record ClassCount(string Name, int Train, int Test);

/// <summary>What is in a data set.</summary>
/// <param name="Found">Which it is and whence, in one line.</param>
/// <param name="Mean">Of the training pixels scaled to 0..1, or the usual constant; a number a channel.</param>
/// <param name="Deviation">Standard deviation, likewise.</param>
/// <param name="Picture">File that was drawn; null if none.</param>
public sealed record DatasetSummary(
    string Name,
    string Found,
    int Train,
    int Test,
    int Channels,
    int Height,
    int Width,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Deviation,
    IReadOnlyList<ClassCount> Classes,
    string Fingerprint,
    string? Picture)
{
    private const int BarLength = 40;

    public static DatasetSummary Of(ResolvedDataset found, string? picture)
    {
        ImageDataset data = found.Dataset;
        return new DatasetSummary(
            data.Name,
            found.Reason,
            data.Train.Count,
            data.Test.Count,
            data.Train.Channels,
            data.Train.Height,
            data.Train.Width,
            data.Mean.ToArray(),
            data.StandardDeviation.ToArray(),
            [.. Enumerable.Range(0, data.Train.Classes).Select(label => new ClassCount(data.NameOfClass(label), data.Train.Labels.Count(l => l == label), data.Test.Labels.Count(l => l == label)))],
            data.Fingerprint,
            picture);
    }

    /// <summary>For people: figures, then a bar a class.</summary>
    public void WriteTo(TextWriter output)
    {
        Line(output, $"dataset {Found}");
        Line(output, $"{Train:N0} training and {Test:N0} test images of {Channels}x{Height}x{Width}, {Classes.Count} classes");
        Line(output, $"mean {new ChannelValues([.. Mean]).ToString(4)}; standard deviation {new ChannelValues([.. Deviation]).ToString(4)}");
        Line(output, $"fingerprint {Fingerprint}");
        int widest = Math.Clamp(Classes.Max(c => c.Name.Length), 5, 30);
        int most = Math.Max(1, Classes.Max(c => c.Train));
        Line(output, $"{"class".PadRight(widest)} {"training",9} {"test",8}");
        foreach (ClassCount c in Classes)
        {
            string name = Printable(c.Name);
            string bar = new('#', (int)Math.Round((double)BarLength * c.Train / most));
            Line(output, $"{(name.Length > widest ? name[..widest] : name).PadRight(widest)} {c.Train,9:N0} {c.Test,8:N0}  {bar}");
        }

        if (Picture is not null)
        {
            Line(output, $"picture {Picture}");
        }
    }

    /// <summary>Names of folders may hold anything, and a terminal obeys some of it.</summary>
    private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
