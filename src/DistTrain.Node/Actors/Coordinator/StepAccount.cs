using System.Runtime.InteropServices;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>Sums over the steps of one epoch that this process has seen.</summary>
/// <param name="Skipped">Samples that were left out of the gradient, for their small loss.</param>
public readonly record struct EpochTotals(int Epoch, double LossSum, long Correct, long Skipped, long Samples, TimeSpan Began, TimeSpan Ended)
{
    public double Loss => Samples == 0 ? double.NaN : LossSum / Samples;

    public double Accuracy => Samples == 0 ? double.NaN : (double)Correct / Samples;

    /// <summary>Share of the samples that were left out of the gradient.</summary>
    public double SkippedShare => Samples == 0 ? double.NaN : (double)Skipped / Samples;

    public double Seconds => (Ended - Began).TotalSeconds;

    public double SamplesPerSecond => Seconds > 0 ? Samples / Seconds : 0;
}

/// <summary>One step, summed over its microbatches.</summary>
public readonly record struct StepTotals(long Version, int Epoch, double Loss, double Accuracy, int Samples, double LearningRate);

/// <summary>
/// What the partitions have said of the steps they applied: how far each is, and loss and accuracy by step and epoch.
/// Every partition says the same of a step, so the figures are taken from partition 0.
/// </summary>
public sealed class StepAccount
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Marks are no closer than this, or a fast run would keep tens of thousands of them.</summary>
    private static readonly TimeSpan BetweenMarks = Window / 100;

    private readonly EpochPlan plan;
    private readonly long[] applied;
    private readonly Dictionary<int, EpochTotals> epochs = [];

    /// <summary>Times of late, and <see cref="Samples"/> then.</summary>
    private readonly Queue<(TimeSpan At, long Samples)> marks = new();

    private TimeSpan newestMark;
    private TimeSpan lastStep;

    public StepAccount(EpochPlan plan, int partitions, long start)
    {
        this.plan = plan;
        applied = new long[partitions];
        applied.AsSpan().Fill(start);
        Start = start;
    }

    /// <summary>Version that this process began at.</summary>
    public long Start { get; }

    /// <summary>The version that every partition has reached.</summary>
    public long AppliedEverywhere => applied.Min();

    /// <summary>The version that some partition has reached.</summary>
    public long AppliedSomewhere => applied.Max();

    /// <summary>Samples in the updates since <see cref="Start"/>.</summary>
    public long Samples { get; private set; }

    /// <summary>When the newest step was heard of.</summary>
    public TimeSpan LastStep => lastStep;

    public double LastLoss { get; private set; } = double.NaN;

    /// <summary>Takes one partition's account of a step.</summary>
    /// <param name="now">Since training began.</param>
    /// <returns>The step's figures when it came from partition 0, else null.</returns>
    public StepTotals? Take(int partition, AppliedStep step, TimeSpan now)
    {
        long version = step.Version;
        applied[partition] = Math.Max(applied[partition], version);
        if (partition != 0)
        {
            return null;
        }

        double loss = 0;
        long correct = 0;
        long skipped = 0;
        int samples = 0;
        for (int shard = 0; shard < step.Shards; shard++)
        {
            AppliedMicrobatch microbatch = step[shard];
            loss += microbatch.LossSum;
            correct += microbatch.Correct;
            skipped += microbatch.Skipped;
            samples += microbatch.Samples;
        }

        int epoch = plan.EpochOf(version - 1);
        ref EpochTotals totals = ref CollectionsMarshal.GetValueRefOrAddDefault(epochs, epoch, out bool known);
        EpochTotals before = known ? totals : new EpochTotals(epoch, 0, 0, 0, 0, lastStep, lastStep);
        totals = before with
        {
            LossSum = before.LossSum + loss,
            Correct = before.Correct + correct,
            Skipped = before.Skipped + skipped,
            Samples = before.Samples + samples,
            Ended = now,
        };
        Samples += samples;
        lastStep = now;
        LastLoss = loss / samples;
        Mark(now);
        return new StepTotals(version, epoch, LastLoss, (double)correct / samples, samples, step.LearningRate);
    }

    /// <summary>Over the last second or so.</summary>
    public double SamplesPerSecond(TimeSpan now)
    {
        if (marks.Count == 0)
        {
            return 0;
        }

        (TimeSpan at, long then) = marks.Peek();
        double seconds = (now - at).TotalSeconds;
        return seconds <= 0 ? 0 : (Samples - then) / seconds;
    }

    public EpochTotals? Epoch(int epoch) => epochs.TryGetValue(epoch, out EpochTotals totals) ? totals : null;

    private void Mark(TimeSpan now)
    {
        if (marks.Count > 0 && now - newestMark < BetweenMarks)
        {
            return;
        }

        marks.Enqueue((now, Samples));
        newestMark = now;
        while (marks.Count > 2 && now - marks.Peek().At > Window)
        {
            marks.Dequeue();
        }
    }
}
