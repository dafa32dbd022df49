using DistTrain.Protocol.Control;

namespace DistTrain.Node.Actors;

/// <summary>One step of an account, read from its columns.</summary>
/// <param name="index">Of the step in the account, from 0.</param>
public readonly struct AppliedStep(StepsApplied account, int index)
{
    public long Version => (long)account.FirstVersion + index;

    /// <summary>When it was applied, in seconds since the Unix epoch.</summary>
    public double Time => account.Times[index];

    public double LearningRate => account.LearningRates[index];

    public int Shards => account.Samples.Count / account.Times.Count;

    public AppliedMicrobatch this[int shard]
    {
        get
        {
            int at = (index * Shards) + shard;
            return new AppliedMicrobatch(
                shard,
                (int)account.Samples[at],
                account.LossSums[at],
                (int)account.Correct[at],
                (int)account.Workers[at],
                account.Incarnations[at],
                account.GradientChecksums[at],
                (int)account.Skipped[at]);
        }
    }

    /// <summary>Whether all columns have as many entries as they should, for that many shards.</summary>
    public static bool AreIn(StepsApplied account, int shards)
    {
        int microbatches = account.Times.Count * shards;
        return account.LearningRates.Count == account.Times.Count
            && account.Samples.Count == microbatches
            && account.LossSums.Count == microbatches
            && account.Correct.Count == microbatches
            && account.Skipped.Count == microbatches
            && account.Workers.Count == microbatches
            && account.Incarnations.Count == microbatches
            && account.GradientChecksums.Count == microbatches;
    }
}

/// <summary>What one shard gave to a step, and who computed it.</summary>
public readonly record struct AppliedMicrobatch(
    int Shard, int Samples, double LossSum, int Correct, int Worker, ulong Incarnation, ulong GradientChecksum, int Skipped);
