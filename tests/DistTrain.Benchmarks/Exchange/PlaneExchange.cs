using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>One gradient up and one set of weights down over the real link.</summary>
internal sealed class PlaneExchange : IPartitionLinkObserver, IDisposable
{
    private readonly GradientPushPool pushes = new();
    private readonly SemaphoreSlim done = new(0);
    private readonly SocketPartitionLink link;
    private int left;

    public PlaneExchange(int port, int length, PlaneSocketOptions options)
    {
        link = SocketPartitionLink.ConnectAsync(
            "127.0.0.1",
            port,
            new PlaneIdentity(1, 0, PlaneRole.Worker, 0, 1),
            length,
            new BufferPool(length),
            this,
            options,
            CancellationToken.None).GetAwaiter().GetResult();

        // The one that every push will rent.
        RandomBuffer.Of(link.Buffers).Release();
    }

    /// <summary>Microseconds of each exchange. The next push leaves from the thread that the weights arrive on.</summary>
    public List<double> Times { get; } = [];

    /// <summary>Whether both processes have the memory that the vectors are in.</summary>
    public bool SharesMemory => link.SharesMemory;

    private long Started { get; set; }

    /// <summary>So many exchanges, one after the other.</summary>
    public void Run(int exchanges)
    {
        Times.Clear();
        left = exchanges;
        Push();
        done.Wait();
    }

    public void WeightsReceived(IPartitionLink link, long version, SharedBuffer weights)
    {
        weights.Release();
        Times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(Started).TotalMicroseconds);
        if (--left > 0)
        {
            Push();
        }
        else
        {
            done.Release();
        }
    }

    public void SnapshotReceived(IPartitionLink link, PartitionState state) => state.Release();

    public void Closed(IPartitionLink link, string reason)
    {
    }

    public void Dispose()
    {
        link.Dispose();
        link.Ended.Wait();
        done.Dispose();
    }

    private void Push()
    {
        GradientPush push = pushes.Rent();
        push.Version = 1;
        push.Node = TreeNode.Leaf(0);
        push.Gradient = link.Buffers.Rent();

        // A worker does so for the ledger, with or without sockets.
        push.Shards.Add(new ShardContribution(0, 64, 1.5, 60, push.Gradient.Checksum));
        Started = System.Diagnostics.Stopwatch.GetTimestamp();
        link.Push(push);
    }
}
