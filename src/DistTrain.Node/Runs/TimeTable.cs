using System.Globalization;
using System.Text;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;
using Google.Protobuf.Collections;

namespace DistTrain.Node.Runs;

/// <summary>The report's section of where the time went: a row for each worker and partition.</summary>
internal static class TimeTable
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Empty when nobody told. Parts that nobody has are left out.</summary>
    public static string Of(RepeatedField<TimeSplit> splits)
    {
        if (splits.Count == 0)
        {
            return "";
        }

        var parts = TimeShares.Parts.Where(part => splits.Any(split => part.Seconds(split) > 0)).ToList();
        var text = new StringBuilder();
        text.Append("## Where the time went\n\nFrom the first gradient on, in seconds and shares.\n\n");
        text.Append(Invariant, $"| | {string.Join(" | ", parts.Select(part => part.Name))} | in all |\n");
        text.Append(Invariant, $"|---|{string.Concat(parts.Select(_ => "--:|"))}--:|\n");
        foreach (TimeSplit split in splits)
        {
            double whole = TimeShares.Whole(split);
            string cells = string.Join(" | ", parts.Select(part => Cell(part.Seconds(split), whole)));
            text.Append(Invariant, $"| {split.Role} {split.Number} | {cells} | {whole:0.0} s |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Cell(double seconds, double whole) =>
        seconds > 0 ? string.Create(Invariant, $"{seconds:0.00} s, {100 * seconds / whole:0.0} %") : "-";
}
