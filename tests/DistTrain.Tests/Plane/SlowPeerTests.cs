using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

public sealed class SlowPeerTests
{
    /// <summary>8 MB: more than the kernel buffers of one connection start with.</summary>
    private const int Large = 2_000_000;

    [Fact]
    public void Weights_for_a_slow_worker_are_replaced_by_newer_ones()
    {
        using PlaneFixture plane = new(Large);
        using RawClient client = plane.ConnectRaw(plane.Worker);
        IPlanePeer peer = plane.Partition.Peers.Next();
        BufferPool pool = new(Large);
        for (int version = 1; version <= 50; version++)
        {
            SharedBuffer weights = pool.Rent();
            peer.SendWeights(version, weights);
            weights.Release();
        }

        // The one being sent, the one that waits, and the one just offered.
        Assert.InRange(pool.Created, 1, 3);

        List<ulong> versions = [];
        while (versions.Count == 0 || versions[^1] < 50)
        {
            Assert.NotNull(client.Next());
            if (client.Header.Kind == FrameKind.Weights && client.Header.Offset + client.Header.Count == Large)
            {
                versions.Add(client.Header.Version);
            }
        }

        Assert.Equal(versions.Order(), versions);
        Assert.True(versions.Count < 50);
        Wait.Until(() => Samples.AllReturned(pool));
    }

    [Fact]
    public void Reader_that_takes_nothing_is_closed_with_its_name()
    {
        using PlaneFixture plane = new(Large, PlaneFixture.Patient with { StallLimit = TimeSpan.FromMilliseconds(300), PingInterval = TimeSpan.FromMilliseconds(100) });
        using RawClient client = plane.ConnectRaw(plane.Worker);
        IPlanePeer peer = plane.Partition.Peers.Next();
        BufferPool pool = new(Large);
        for (int version = 1; version <= 10; version++)
        {
            // Each of the ten may fit into the kernel's buffers at first; a state cannot be replaced by the next.
            peer.SendSnapshot(Samples.State(pool, version));
        }

        string reason = plane.Partition.Ends.Next();
        Assert.StartsWith("worker 3 at 127.0.0.1:", reason);
        Assert.EndsWith("took no data for 0.3 s", reason);
        Wait.Until(() => Samples.AllReturned(pool));
    }

    [Fact]
    public async Task Pushes_beyond_the_limit_close_the_link()
    {
        using System.Net.Sockets.TcpListener stuck = new(System.Net.IPAddress.Loopback, 0);
        stuck.Start();
        RecordingPartition partition = new(Large);
        RecordingObserver observer = new();
        Task<SocketPartitionLink> connecting = SocketPartitionLink.ConnectAsync(
            "127.0.0.1",
            ((System.Net.IPEndPoint)stuck.LocalEndpoint).Port,
            Samples.Worker(partition),
            Large,
            partition.Buffers,
            observer,
            PlaneFixture.Patient with { QueueLimit = 4 },
            default);
        using System.Net.Sockets.Socket server = await stuck.AcceptSocketAsync();
        server.Send(RawClient.Frame(header =>
        {
            header.Kind = FrameKind.Welcome;
            header.Run = partition.Run;
        }));
        SocketPartitionLink link = await connecting;

        SharedBuffer gradient = partition.Buffers.Rent();
        GradientPushPool pushes = new();
        Wait.Until(() =>
        {
            GradientPush push = pushes.Rent();
            push.Gradient = gradient.AddReference();
            link.Push(push);
            return link.Ended.IsCompleted;
        });
        gradient.Release();

        Assert.EndsWith("lets more than 4 messages wait", observer.Ends.Next());
        Assert.True(Samples.AllReturned(partition.Buffers));
    }

    [Fact]
    public async Task Push_that_cannot_be_sent_closes_the_link_with_a_reason()
    {
        using PlaneFixture plane = new(10);
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
        GradientPush push = Samples.Push(plane.Pushes, plane.Buffers, 1);
        push.Shards.AddRange(Enumerable.Repeat(push.Shards[0], 5_000));
        link.Push(push);
        Assert.Contains("over the limit of 65536; use fewer shards", observer.Ends.Next());
        Assert.Contains("use fewer shards", plane.Partition.Ends.Next());
        await link.Ended.WaitAsync(Wait.Deadline);
        Assert.True(Samples.AllReturned(plane.Buffers));
    }

    [Fact]
    public void Silent_peer_is_closed()
    {
        using PlaneFixture plane = new(10, PlaneFixture.Patient with { SilenceLimit = TimeSpan.FromMilliseconds(300), PingInterval = TimeSpan.FromMilliseconds(50) });
        using RawClient client = plane.ConnectRaw(plane.Worker);
        Assert.Equal("no sign of life for 0.3 s", plane.Partition.Ends.Next());
        Assert.Equal("no sign of life for 0.3 s", client.ReadReason());
    }

    [Fact]
    public void Idle_link_pings()
    {
        using PlaneFixture plane = new(10, PlaneFixture.Patient with { PingInterval = TimeSpan.FromMilliseconds(20) });
        using RawClient client = plane.ConnectRaw(plane.Worker);
        for (int i = 0; i < 3; i++)
        {
            Assert.NotNull(client.Next());
            Assert.Equal(FrameKind.Ping, client.Header.Kind);
        }
    }
}
