using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

/// <summary>A listener with one partition on it, and what its clients need.</summary>
internal sealed class PlaneFixture : IDisposable
{
    private readonly PlaneSocketOptions options;
    private readonly List<SocketPartitionLink> links = [];

    /// <summary>Limits are generous by default: a busy machine must not fail a test that is about something else.</summary>
    public PlaneFixture(int length, PlaneSocketOptions? options = null)
    {
        this.options = options ?? Patient;
        Partition = new RecordingPartition(length);
        Buffers = new BufferPool(length);
        Listener = new PlaneListener(options: this.options);
        Listener.Register(Partition);
    }

    public static PlaneSocketOptions Patient { get; } = new()
    {
        SilenceLimit = Wait.Deadline,
        StallLimit = Wait.Deadline,
        HelloLimit = Wait.Deadline,
    };

    public RecordingPartition Partition { get; }

    public PlaneListener Listener { get; }

    /// <summary>The clients' buffers.</summary>
    public BufferPool Buffers { get; }

    public GradientPushPool Pushes { get; } = new();

    public PlaneIdentity Worker => Samples.Worker(Partition);

    public PlaneIdentity Coordinator => Samples.Coordinator(Partition);

    public async Task<SocketPartitionLink> ConnectAsync(PlaneIdentity identity, IPartitionLinkObserver observer, PlaneSocketOptions? other = null)
    {
        SocketPartitionLink link = await SocketPartitionLink.ConnectAsync(
            "127.0.0.1", Listener.Endpoint.Port, identity, Partition.Length, Buffers, observer, other ?? options, default);
        links.Add(link);
        return link;
    }

    /// <summary>A raw client that has said HELLO and been welcomed.</summary>
    public RawClient ConnectRaw(PlaneIdentity identity)
    {
        RawClient client = new(Listener);
        client.Send(RawClient.Hello(identity, Partition.Length));
        client.Next();
        return client;
    }

    public void Dispose()
    {
        foreach (SocketPartitionLink link in links)
        {
            link.Dispose();
            link.Ended.Wait(Wait.Deadline);
        }

        Listener.Dispose();
    }
}
