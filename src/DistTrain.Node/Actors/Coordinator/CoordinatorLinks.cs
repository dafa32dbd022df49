using Akka.Actor;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>The coordinator's links to all partitions: state to start from goes out, snapshots come in.</summary>
internal sealed class CoordinatorLinks(IActorRef run) : IPartitionLinkObserver, IDisposable
{
    private readonly List<IPartitionLink> links = [];
    private volatile bool closing;

    public void Attach(IPartitionLink link) => links.Add(link);

    public void WeightsReceived(IPartitionLink link, long version, SharedBuffer weights) => weights.Release();

    public void SnapshotReceived(IPartitionLink link, PartitionState state)
    {
        if (closing)
        {
            state.Release();
        }
        else
        {
            run.Tell(new SnapshotArrived(link.Identity.Partition, state), ActorRefs.NoSender);
        }
    }

    public void Closed(IPartitionLink link, string reason)
    {
        if (!closing)
        {
            run.Tell(new ServerLinkLost(link.Identity.Partition, link.Address, reason), ActorRefs.NoSender);
        }
    }

    public void Dispose()
    {
        closing = true;
        foreach (IPartitionLink link in links)
        {
            link.Dispose();
        }
    }
}

internal sealed record SnapshotArrived(int Partition, PartitionState State);

internal sealed record ServerLinkLost(int Partition, string Address, string Reason);
