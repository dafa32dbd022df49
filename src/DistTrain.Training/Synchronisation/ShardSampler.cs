namespace DistTrain.Training.Synchronisation;

/// <summary>Hands out one shard's microbatches, keeping the current epoch's order so that a step allocates nothing.</summary>
public sealed class ShardSampler(EpochPlan plan, int shard)
{
    private readonly int[] order = new int[plan.ShardSize(shard)];
    private int ordered = -1;

    /// <summary>Sample numbers that the shard gives to the update from <paramref name="version"/> to the next.</summary>
    public ReadOnlySpan<int> Samples(long version)
    {
        int epoch = plan.EpochOf(version);
        if (epoch != ordered)
        {
            plan.Order(epoch, shard, order);
            ordered = epoch;
        }

        return order.AsSpan(plan.Microbatch(shard, plan.StepOf(version)));
    }
}
