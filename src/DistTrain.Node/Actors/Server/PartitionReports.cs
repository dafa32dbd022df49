using Akka.Actor;
using DistTrain.Node.Actors.Timing;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;

namespace DistTrain.Node.Actors.Server;

/// <summary>All that a partition tells its run.</summary>
internal sealed class PartitionReports(PartitionJob job, IActorRef run, AppliedSteps applied, StepTimes times)
{
    private uint Partition => (uint)job.Range.Partition;

    /// <param name="address">Where the plane has it; the rest is filled in.</param>
    public void Hosted(PartitionAddress address)
    {
        address.Offset = (uint)job.Range.Offset;
        address.Length = (uint)job.Range.Length;
        run.Tell(new PartitionHosted { Run = job.Run, Partition = Partition, Address = address });
    }

    public void Lost(PlaneIdentity worker, string reason) => run.Tell(new PeerLost
    {
        Run = job.Run, Partition = Partition, Worker = (uint)worker.Worker, Incarnation = worker.Incarnation, Reason = reason,
    });

    /// <summary>The steps that were not told yet, if any.</summary>
    public void Steps()
    {
        if (applied.Take() is { } steps)
        {
            run.Tell(steps);
        }
    }

    /// <param name="last">Whether it was asked for, after the last step.</param>
    public void Times(bool last)
    {
        TimesTold told = times.Take();
        told.Run = job.Run;
        told.Partition = Partition;
        told.Last = last;
        run.Tell(told);
    }

    public void Held(long version) => run.Tell(new Held { Run = job.Run, Partition = Partition, Version = (ulong)version });

    public void Stalled(long version, TimeSpan waited, IReadOnlyList<int> missingShards, IReadOnlyList<int> missingPartitions)
    {
        var stalled = new PartitionStalled { Run = job.Run, Partition = Partition, Version = (ulong)version, Seconds = waited.TotalSeconds };
        stalled.MissingShards.AddRange(missingShards.Select(shard => (uint)shard));
        stalled.MissingPartitions.AddRange(missingPartitions.Select(partition => (uint)partition));
        run.Tell(stalled);
    }

    public void Failed(string reason) => run.Tell(new PartitionFailed { Run = job.Run, Partition = Partition, Reason = reason });
}
