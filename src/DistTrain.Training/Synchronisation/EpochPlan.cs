using DistTrain.Training.Randomness;

namespace DistTrain.Training.Synchronisation;

/// <summary>
/// Which samples each shard takes in each step. A pure function of the numbers given here: no cluster, no clock.
/// </summary>
/// <remarks>
/// Shard s of S holds the samples s, s + S, s + 2S, ... so that a data set sorted by class is still mixed. In each
/// epoch a shard goes through its samples once, in an order drawn from (seed, epoch, shard), in microbatches of
/// BatchSize / S (the first BatchSize mod S shards take one more). The last step of an epoch takes what is left.
/// </remarks>
public sealed class EpochPlan
{
    public EpochPlan(int samples, int shards, int batchSize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, shards);
        Samples = samples;
        Shards = shards;
        BatchSize = batchSize;
        Seed = seed;
        for (int shard = 0; shard < shards; shard++)
        {
            int steps = (ShardSize(shard) + MicrobatchSize(shard) - 1) / MicrobatchSize(shard);
            StepsPerEpoch = Math.Max(StepsPerEpoch, steps);
        }
    }

    public int Samples { get; }

    public int Shards { get; }

    public int BatchSize { get; }

    public ulong Seed { get; }

    public int StepsPerEpoch { get; }

    /// <summary>Number of samples that the shard holds.</summary>
    public int ShardSize(int shard) => (Samples - shard + Shards - 1) / Shards;

    /// <summary>Number of samples that the shard gives to a full step.</summary>
    public int MicrobatchSize(int shard) => (BatchSize / Shards) + (shard < BatchSize % Shards ? 1 : 0);

    /// <summary>The epoch, from 0, that the update from this version to the next belongs to.</summary>
    public int EpochOf(long version) => (int)(version / StepsPerEpoch);

    /// <summary>The step within its epoch, from 0.</summary>
    public int StepOf(long version) => (int)(version % StepsPerEpoch);

    /// <summary>Positions of the microbatch within the shard's order; empty once the shard has none left.</summary>
    public Range Microbatch(int shard, int step)
    {
        int size = ShardSize(shard);
        long start = Math.Min((long)step * MicrobatchSize(shard), size);
        long end = Math.Min(start + MicrobatchSize(shard), size);
        return new Range((int)start, (int)end);
    }

    /// <summary>Writes the shard's sample numbers in the order of this epoch.</summary>
    /// <param name="order">Of length <see cref="ShardSize"/>.</param>
    public void Order(int epoch, int shard, Span<int> order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = shard + (i * Shards);
        }

        var random = new SplitMix64(Seed, (ulong)epoch, (ulong)shard);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
