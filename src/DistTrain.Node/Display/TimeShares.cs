using System.Globalization;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Display;

/// <summary>Where time goes, in words and shares.</summary>
internal static class TimeShares
{
    public static readonly IReadOnlyList<(string Name, Func<TimeSplit, double> Seconds)> Parts =
    [
        ("wait", split => split.Wait),
        ("load", split => split.Load),
        ("forward", split => split.Forward),
        ("backward", split => split.Backward),
        ("send", split => split.Send),
        ("queue", split => split.Queue),
        ("reduce", split => split.Reduce),
        ("apply", split => split.Apply),
    ];

    /// <summary>Seconds of all parts.</summary>
    public static double Whole(TimeSplit split) => Parts.Sum(part => part.Seconds(split));

    public const string WorkerHeading = "wait fwd bwd send %";

    /// <summary>A worker's largest parts in per cent, below <see cref="WorkerHeading"/>.</summary>
    public static string OfWorker(TimeSplit? split)
    {
        double whole = split is null ? 0 : Whole(split);
        if (!(whole > 0))
        {
            return "-";
        }

        double Share(double seconds) => 100 * seconds / whole;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Share(split!.Wait),4:0} {Share(split.Forward),3:0} {Share(split.Backward),3:0} {Share(split.Send),4:0}");
    }
}
