using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>Collects the account of applied steps until it is worth a message.</summary>
internal sealed class AppliedSteps(ulong run, int partition)
{
    private StepsApplied pending = New(run, partition);

    public bool IsFull => pending.Steps.Count >= 64;

    public void Add(long version, double time, double learningRate, GradientTree tree, IReadOnlyList<PlaneIdentity> contributors)
    {
        var step = new AppliedStep { Version = (ulong)version, Time = time, LearningRate = learningRate };
        for (int shard = 0; shard < tree.Shards; shard++)
        {
            ShardContribution given = tree.Contributions[shard];
            PlaneIdentity by = contributors[tree.Contributors[shard]];
            step.Microbatches.Add(new AppliedMicrobatch
            {
                Shard = (uint)shard,
                Samples = (uint)given.Samples,
                LossSum = given.LossSum,
                Correct = (uint)given.Correct,
                Worker = (uint)by.Worker,
                Incarnation = by.Incarnation,
                GradientChecksum = given.GradientChecksum,
            });
        }

        pending.Steps.Add(step);
    }

    /// <summary>What has been collected since the last call; null when there is nothing.</summary>
    public StepsApplied? Take()
    {
        if (pending.Steps.Count == 0)
        {
            return null;
        }

        StepsApplied taken = pending;
        pending = New(run, partition);
        return taken;
    }

    private static StepsApplied New(ulong run, int partition) => new() { Run = run, Partition = (uint)partition };
}
