using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Training;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Plane;

public sealed class SocketLinkTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(61_706, true)]
    [InlineData(25_000_000, true)]
    [InlineData(1, false)]
    [InlineData(61_706, false)]
    [InlineData(25_000_000, false)]
    public async Task Exchange_of_any_length_arrives_unchanged(int length, bool sharedMemory)
    {
        using PlaneFixture plane = new(length, PlaneFixture.Patient with { SharedMemory = sharedMemory });
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
        IPlanePeer peer = plane.Partition.Peers.Next();
        Assert.Equal(plane.Worker, peer.Identity);

        Assert.Equal(sharedMemory && OperatingSystem.IsLinux(), link.SharesMemory);

        link.Push(Samples.Push(plane.Pushes, plane.Buffers, 11));
        GradientPush push = plane.Partition.Pushes.Next();
        Assert.True(Samples.Is(push, 11));

        peer.SendWeights(12, push.Gradient);
        (long version, SharedBuffer weights) = observer.Weights.Next();
        Assert.Equal(12, version);
        Assert.True(Samples.Same(push.Gradient, weights));

        push.Release();
        weights.Release();
        link.Dispose();
        await link.Ended;
        plane.Partition.Ends.Next();
        Wait.Until(() => Samples.AllReturned(plane.Buffers) && Samples.AllReturned(plane.Partition.Buffers));
    }

    [Theory]
    [InlineData(Moments.None)]
    [InlineData(Moments.First)]
    [InlineData(Moments.Second)]
    [InlineData(Moments.Both)]
    public async Task State_and_snapshot_arrive_unchanged(Moments moments)
    {
        using PlaneFixture plane = new(100_000);
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Coordinator, observer);

        link.SendState(Samples.State(plane.Buffers, 3, moments));
        PartitionState state = plane.Partition.States.Next();
        Assert.True(Samples.IsState(state, 3, moments));

        // Two of them: the second begins where the first is whole.
        IPlanePeer peer = plane.Partition.Peers.Next();
        peer.SendSnapshot(state.AddReferences());
        peer.SendSnapshot(state);
        for (int i = 0; i < 2; i++)
        {
            PartitionState snapshot = observer.Snapshots.Next();
            Assert.True(Samples.IsState(snapshot, 3, moments));
            snapshot.Release();
        }

        link.Dispose();
        await link.Ended;
        plane.Partition.Ends.Next();
        Wait.Until(() => Samples.AllReturned(plane.Buffers) && Samples.AllReturned(plane.Partition.Buffers));
    }

    [Fact]
    public async Task Close_by_the_partition_tells_the_client_why()
    {
        using PlaneFixture plane = new(10);
        RecordingObserver observer = new();
        await plane.ConnectAsync(plane.Worker, observer);
        plane.Partition.Peers.Next().Close("view 4 has no worker 3\nin it");

        Assert.Equal("view 4 has no worker 3 in it", plane.Partition.Ends.Next());
        Assert.EndsWith(" closed the link: view 4 has no worker 3 in it", observer.Ends.Next());
    }

    [Fact]
    public async Task Close_by_the_client_tells_the_partition_and_a_new_link_works()
    {
        using PlaneFixture plane = new(10);
        RecordingObserver first = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, first);
        link.Dispose();
        await link.Ended;
        Assert.Equal("closed by its owner", first.Ends.Next());
        Assert.EndsWith("closed by its owner", plane.Partition.Ends.Next());

        link.Push(Samples.Push(plane.Pushes, plane.Buffers, 1));
        Assert.True(Samples.AllReturned(plane.Buffers));

        SocketPartitionLink again = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        again.Push(Samples.Push(plane.Pushes, plane.Buffers, 2));
        Assert.True(Samples.Is(plane.Partition.Pushes.Next(), 2));
    }

    [Fact]
    public async Task Partitions_share_a_port_and_one_can_leave()
    {
        using PlaneFixture plane = new(10);
        RecordingPartition other = new(20, run: 8, partition: 2);
        plane.Listener.Register(other);
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        using SocketPartitionLink otherLink = await SocketPartitionLink.ConnectAsync(
            "127.0.0.1", plane.Listener.Endpoint.Port, Samples.Worker(other), 20, new BufferPool(20), observer, PlaneFixture.Patient, default);

        plane.Listener.Unregister(other, "the run is over");
        Assert.EndsWith("the run is over", observer.Ends.Next());
        Assert.Equal("the run is over", other.Ends.Next());
        link.Push(Samples.Push(plane.Pushes, plane.Buffers, 2));
        Assert.True(Samples.Is(plane.Partition.Pushes.Next(), 2));
    }

    [Fact]
    public async Task Connect_to_nobody_says_so_in_one_line()
    {
        PlaneFixture plane = new(10);
        plane.Dispose();
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(
            () => plane.ConnectAsync(plane.Worker, new RecordingObserver()));
        Assert.StartsWith("Cannot reach partition 0 of run 7 at 127.0.0.1:", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Refused_client_learns_the_reason_and_its_observer_hears_nothing()
    {
        using PlaneFixture plane = new(10);
        RecordingObserver observer = new();
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(
            () => plane.ConnectAsync(plane.Worker with { Run = 6 }, observer));
        Assert.EndsWith("run 6 is not on this node.", error.Message);
        Assert.Empty(observer.Ends);
    }

    [Fact]
    public void Listener_on_a_taken_port_says_so()
    {
        using PlaneFixture plane = new(10);
        UserErrorException error = Assert.Throws<UserErrorException>(() => new PlaneListener(port: plane.Listener.Endpoint.Port));
        Assert.Contains("--plane-port", error.Message);
    }

    [Fact]
    public async Task Listener_that_ends_closes_its_links()
    {
        using PlaneFixture plane = new(10);
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
        plane.Listener.Dispose();
        Assert.EndsWith("the node is shutting down", observer.Ends.Next());
        await link.Ended.WaitAsync(Wait.Deadline);
    }
}
