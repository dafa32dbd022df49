using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Plane;

public enum PlaneRole
{
    Worker,
    Coordinator,
}

/// <summary>Who is at the client's end of a link, and what it asks for.</summary>
/// <param name="Run">Number of the run.</param>
/// <param name="Partition">Partition it wants to talk to.</param>
/// <param name="Role">A worker pushes and gets weights; the coordinator loads state and gets snapshots.</param>
/// <param name="Worker">Number of the worker within the run; 0 for the coordinator.</param>
/// <param name="Incarnation">Fresh for every start of that worker.</param>
public sealed record PlaneIdentity(ulong Run, int Partition, PlaneRole Role, int Worker, ulong Incarnation);

/// <summary>
/// Weights and optimizer moments of one partition at one version; null for a moment that the optimizer has not. Whoever holds it owns
/// one reference of each buffer.
/// </summary>
public sealed record PartitionState(long Version, SharedBuffer Weights, SharedBuffer? FirstMoment, SharedBuffer? SecondMoment)
{
    public Moments Moments => (FirstMoment is null ? Moments.None : Moments.First) | (SecondMoment is null ? Moments.None : Moments.Second);

    public PartitionState AddReferences()
    {
        Weights.AddReference();
        FirstMoment?.AddReference();
        SecondMoment?.AddReference();
        return this;
    }

    public void Release()
    {
        Weights.Release();
        FirstMoment?.Release();
        SecondMoment?.Release();
    }
}

/// <summary>
/// One node of the gradient tree on its way to a partition. Pooled: whoever holds it owns it and its buffer, and
/// ends with <see cref="Release"/>.
/// </summary>
public sealed class GradientPush
{
    private readonly List<ShardContribution> shards = [];
    private GradientPushPool? pool;

    /// <summary>Version of the weights that the gradient was computed at.</summary>
    public long Version { get; set; }

    public TreeNode Node { get; set; }

    /// <summary>Sum over the node's shards, of the partition's length.</summary>
    public SharedBuffer Gradient { get; set; } = null!;

    /// <summary>One entry a shard under the node, in ascending order.</summary>
    public List<ShardContribution> Shards => shards;

    /// <summary>Who brought it to the partition, once it is there: it goes to the actor as it is, without an envelope that every step would allocate.</summary>
    internal IPlanePeer? ArrivedFrom { get; set; }

    /// <summary>Timestamp of its arrival.</summary>
    internal long ArrivedAt { get; set; }

    internal void RentedFrom(GradientPushPool owner) => pool = owner;

    /// <summary>Releases the gradient, unless it was taken over (set to null), and returns this object to its pool.</summary>
    public void Release()
    {
        Gradient?.Release();
        Gradient = null!;
        ArrivedFrom = null;
        shards.Clear();
        pool?.Return(this);
    }
}

/// <summary>A partition's view of one peer, in this process or behind a socket. Calls never block.</summary>
public interface IPlanePeer
{
    PlaneIdentity Identity { get; }

    /// <summary>Where the peer is, for messages: an address, or "in process".</summary>
    string Address { get; }

    /// <summary>
    /// Offers weights to a worker. The link takes its own reference for as long as it needs it. What a slow reader
    /// has not begun to receive is replaced by what is newer, so at most two versions are held for it.
    /// </summary>
    void SendWeights(long version, SharedBuffer weights);

    /// <summary>Sends a snapshot to the coordinator; takes over the caller's references. Never dropped.</summary>
    void SendSnapshot(PartitionState state);

    /// <summary>Tells the peer why and ends the link.</summary>
    void Close(string reason);
}

/// <summary>
/// A partition, as the transport sees it. Called on the transport's threads, for one peer in order; must not block.
/// </summary>
public interface IPartitionEndpoint
{
    ulong Run { get; }

    int Partition { get; }

    /// <summary>Number of parameters in this partition's range.</summary>
    int Length { get; }

    /// <summary>Buffers of <see cref="Length"/> that pushes and state are received into.</summary>
    BufferPool Buffers { get; }

    void Connected(IPlanePeer peer);

    /// <summary>A gradient arrived; the callee owns it.</summary>
    void Pushed(IPlanePeer peer, GradientPush push);

    /// <summary>State to start from arrived; the callee owns it.</summary>
    void StateReceived(IPlanePeer peer, PartitionState state);

    /// <summary>The link ended; called once, after every other call for this peer.</summary>
    void Disconnected(IPlanePeer peer, string reason);
}

/// <summary>A worker's or the coordinator's end of a link to one partition. Calls never block on the network.</summary>
public interface IPartitionLink : IDisposable
{
    PlaneIdentity Identity { get; }

    /// <summary>The partition's address, for messages.</summary>
    string Address { get; }

    /// <summary>Buffers of the partition's length to push.</summary>
    IBufferSource Buffers { get; }

    /// <summary>Whether gradients and weights go through memory that this process shares with another one.</summary>
    bool SharesMemory { get; }

    /// <summary>Where a worker's thread may look for weights; null where it is always told.</summary>
    ILookout? Lookout { get; }

    /// <summary>The worker's place among those of this machine that lend each other processors; null if there is none.</summary>
    ISeat? Seat { get; }

    /// <summary>Sends a gradient and takes it over. Dropped silently once the link is closed.</summary>
    void Push(GradientPush push);

    /// <summary>Sends the state to start from and takes over the references.</summary>
    void SendState(PartitionState state);
}

/// <summary>What a worker or coordinator hears on its link. Called in order, on the transport's threads or by <see cref="IPartitionLink.Lookout"/>, but that weights in shared memory do not wait for those in a socket; must not block.</summary>
public interface IPartitionLinkObserver
{
    /// <summary>New weights; the callee owns one reference.</summary>
    void WeightsReceived(IPartitionLink link, long version, SharedBuffer weights);

    /// <summary>A snapshot; the callee owns it.</summary>
    void SnapshotReceived(IPartitionLink link, PartitionState state);

    /// <summary>The link ended, by either side or by a fault; called once, last.</summary>
    void Closed(IPartitionLink link, string reason);
}
