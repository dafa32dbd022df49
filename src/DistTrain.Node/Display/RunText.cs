using System.Globalization;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Display;

/// <summary>The words and numbers that all displays for people share.</summary>
internal static class RunText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Which data set, and why that one.</summary>
    public static string Dataset(RunStart start) =>
        start.DatasetReason.Length == 0 ? $"dataset {start.Dataset}" : $"dataset {start.DatasetReason}";

    public static string Job(RunStart start) => string.Create(
        Invariant,
        $"{start.Model} ({start.Variant}, {Engine(start)}), {start.Parameters:N0} parameters, {Count(start.Workers, "worker")}, {Count(start.Shards, "shard")}, {Count(start.Partitions, "partition")}, batch {start.BatchSize}, {Epochs(start.Epochs)}, {Optimizer(start)}seed {start.Seed}");

    /// <summary>Recordings of versions that had one optimizer do not name it.</summary>
    private static string Optimizer(RunStart start) =>
        start.Optimizer.Length == 0 ? "" : string.Create(Invariant, $"{start.Optimizer}, learning rate {start.LearningRate}, ");

    /// <summary>What computes, or pretends to.</summary>
    public static string Engine(RunStart start) =>
        start.Emulated ? string.Create(Invariant, $"EMULATED: {start.EmulateStepMilliseconds:0.###} ms a shard and step") : start.Engine;

    public static string Count(uint count, string noun) => string.Create(Invariant, $"{count} {noun}{(count == 1 ? "" : "s")}");

    public static string Epochs(double epochs) => string.Create(Invariant, $"{epochs} epoch{(epochs == 1 ? "" : "s")}");

    /// <summary>The number of the last one, which need not be a whole one.</summary>
    public static uint LastEpoch(double epochs) => (uint)Math.Ceiling(epochs);

    public static string Percent(double share) => double.IsFinite(share) ? string.Create(Invariant, $"{share * 100:0.00} %") : "-";

    public static string Loss(double loss) => double.IsNaN(loss) ? "not a number" : loss.ToString(loss is < 10 and > -10 ? "0.0000" : "G5", Invariant);

    public static string Rate(double perSecond) => double.IsFinite(perSecond) ? string.Create(Invariant, $"{perSecond:N0}") : "-";

    /// <summary><c>0:42</c>, <c>12:05</c> or <c>3:07:00</c>.</summary>
    public static string Clock(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return "-";
        }

        TimeSpan span = TimeSpan.FromSeconds(Math.Round(seconds));
        return span.TotalHours >= 1
            ? string.Create(Invariant, $"{(long)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}")
            : string.Create(Invariant, $"{span.Minutes}:{span.Seconds:00}");
    }

    /// <summary>Shard numbers with runs drawn together: <c>0-3 6</c>.</summary>
    public static string Shards(IReadOnlyList<uint> shards)
    {
        uint[] sorted = [.. shards.Order()];
        var parts = new List<string>();
        for (int i = 0; i < sorted.Length;)
        {
            int end = i;
            while (end + 1 < sorted.Length && sorted[end + 1] == sorted[end] + 1)
            {
                end++;
            }

            parts.Add(end == i ? $"{sorted[i]}" : $"{sorted[i]}-{sorted[end]}");
            i = end + 1;
        }

        return parts.Count == 0 ? "-" : string.Join(' ', parts);
    }

    public static string Epoch(EpochRecord epoch, double epochs) => string.Create(
        Invariant,
        $"epoch {epoch.Epoch}/{LastEpoch(epochs)}  step {epoch.Step}  train loss {Scores(epoch.TrainLoss, epoch.TrainAccuracy)}{Skipped(epoch)}  {Tested(epoch)}  {epoch.Seconds:0.0} s  {Rate(epoch.SamplesPerSecond)} samples/s{(epoch.HasOverfittingSince ? $"  {Overfitting(epoch)}" : "")}");

    /// <summary>How much better it does on the images that it trains on, as the epoch's steps had them, than on the others.</summary>
    public static string Gap(EpochRecord epoch)
    {
        (double loss, double accuracy) = epoch.HasValidationLoss ? (epoch.ValidationLoss, epoch.ValidationAccuracy) : (epoch.TestLoss, epoch.TestAccuracy);
        string points = double.IsNaN(accuracy) ? "" : string.Create(Invariant, $", {(accuracy - epoch.TrainAccuracy) * 100:+0.00;-0.00} points in accuracy");
        return !double.IsFinite(loss - epoch.TrainLoss)
            ? "-"
            : string.Create(Invariant, $"{loss - epoch.TrainLoss:+0.0000;-0.0000} in loss{points}{(epoch.HasValidationLoss ? " (validation)" : "")}");
    }

    /// <summary>Of an epoch that says it.</summary>
    public static string Overfitting(EpochRecord epoch) =>
        $"overfitting since epoch {epoch.OverfittingSince}: {(epoch.HasValidationLoss ? "validation" : "test")} loss above its lowest, training loss falling";

    private static string Skipped(EpochRecord epoch) => epoch.HasSkipped && double.IsFinite(epoch.Skipped) ? $", {Percent(epoch.Skipped)} skipped" : "";

    private static string Tested(EpochRecord epoch) =>
        double.IsNaN(epoch.TestLoss) ? "not tested" : $"{Validated(epoch)}test loss {Scores(epoch.TestLoss, epoch.TestAccuracy)}";

    private static string Validated(EpochRecord epoch) =>
        epoch.HasValidationLoss ? $"validation loss {Scores(epoch.ValidationLoss, epoch.ValidationAccuracy)}  " : "";

    /// <summary>The loss, and the accuracy where there is one.</summary>
    private static string Scores(double loss, double accuracy) => double.IsNaN(accuracy) ? Loss(loss) : $"{Loss(loss)}, {Percent(accuracy)}";

    /// <summary>What a run is judged by, in a few words: its accuracy, or its loss if it has none.</summary>
    public static string Score(string set, double loss, double accuracy) =>
        double.IsNaN(accuracy) && !double.IsNaN(loss) ? $"{set} loss {Loss(loss)}" : $"{set} accuracy {Percent(accuracy)}";

    /// <summary>Why the run ended before its time, and what to do; null when it did not.</summary>
    public static string? End(Summary summary) => summary.Status == "completed" || summary.Message.Length == 0 ? null : $"{summary.Status}: {summary.Message}";

    /// <summary>The last line of a run that was not a failure.</summary>
    public static string Result(Summary summary) => string.Create(
        Invariant,
        $"{(summary.Emulated ? "EMULATED, not tested" : $"{(summary.HasValidationLoss ? $"{Score("validation", summary.ValidationLoss, summary.ValidationAccuracy)}, " : "")}{Score("test", summary.TestLoss, summary.TestAccuracy)}")}, {summary.TrainSeconds:0.0} s, {Rate(summary.SamplesPerSecond)} samples/s, weights sha256 {summary.WeightsSha256}");
}
