using Akka.Actor;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Worker;

/// <summary>
/// A worker's links to all partitions of a run. Weights go into the inbox and the actor is told once, however many
/// arrive before it looks.
/// </summary>
internal sealed class WorkerLinks : IPartitionLinkObserver, ILookout, IDisposable
{
    private readonly IActorRef worker;
    private readonly IPartitionLink?[] links;

    // Every step sends it: made once.
    private readonly WeightsArrived weightsArrived;
    private ILookout[] lookouts = [];
    private volatile bool closing;
    private volatile string? lost;

    public WorkerLinks(int partitions, IActorRef worker)
    {
        this.worker = worker;
        links = new IPartitionLink?[partitions];
        Inbox = new WeightsInbox(partitions);
        weightsArrived = new WeightsArrived(this);
    }

    public WeightsInbox Inbox { get; }

    /// <summary>Buffers of the partition's length, for what is pushed.</summary>
    public IBufferSource BuffersOf(int partition) => links[partition]!.Buffers;

    /// <summary>Whether gradients and weights of all partitions go through shared memory.</summary>
    public bool ShareMemory => links.All(link => link!.SharesMemory);

    /// <summary>Which link ended and why, if one did: perhaps before there was a run to hear of it.</summary>
    public string? Lost => lost;

    /// <summary>What the worker's thread looks at while it waits; null if all weights are brought by others.</summary>
    public ILookout? Lookout => lookouts.Length == 0 ? null : this;

    /// <summary>The worker's place among those of this machine; null if there is none. Of several servers' the first one's, so that all have theirs in one memory.</summary>
    public ISeat? Seat { get; private set; }

    public void Attach(int partition, IPartitionLink link)
    {
        links[partition] = link;
        lookouts = [.. links.Select(attached => attached?.Lookout).OfType<ILookout>()];
        Seat = links.Select(attached => attached?.Seat).FirstOrDefault(seat => seat is not null);
    }

    public void Push(int partition, GradientPush push) => links[partition]!.Push(push);

    public void WeightsReceived(IPartitionLink link, long version, SharedBuffer weights)
    {
        if (closing)
        {
            weights.Release();
        }
        else if (Inbox.Add(link.Identity.Partition, version, weights))
        {
            worker.Tell(weightsArrived, ActorRefs.NoSender);
        }

        if (closing)
        {
            // Since it was looked at: perhaps after the inbox was cleared.
            Inbox.Clear();
        }
    }

    void ILookout.Begin() => Array.ForEach(lookouts, static lookout => lookout.Begin());

    void ILookout.Look() => Array.ForEach(lookouts, static lookout => lookout.Look());

    void ILookout.ProcessorIsFree() => Seat?.Lend();

    void ILookout.End()
    {
        Seat?.TakeBack();
        Array.ForEach(lookouts, static lookout => lookout.End());
    }

    public void SnapshotReceived(IPartitionLink link, PartitionState state) => state.Release();

    public void Closed(IPartitionLink link, string reason)
    {
        if (!closing)
        {
            lost = $"its link to partition {link.Identity.Partition} at {link.Address} is lost: {reason}";
            worker.Tell(new LinkLost(this, link.Identity.Partition, link.Address, reason), ActorRefs.NoSender);
        }
    }

    public void Dispose()
    {
        closing = true;
        foreach (IPartitionLink? link in links)
        {
            link?.Dispose();
        }

        Inbox.Clear();
    }
}

/// <summary>There are weights in the inbox of these links.</summary>
internal sealed record WeightsArrived(WorkerLinks Links);

internal sealed record LinkLost(WorkerLinks Links, int Partition, string Address, string Reason);
