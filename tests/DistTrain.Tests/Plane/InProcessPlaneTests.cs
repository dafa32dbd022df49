using DistTrain.Node.Plane;
using DistTrain.Node.Plane.InProcess;
using DistTrain.Training;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

public sealed class InProcessPlaneTests
{
    private readonly RecordingPartition partition = new(50);
    private readonly RecordingObserver observer = new();
    private readonly BufferPool buffers = new(50);
    private readonly GradientPushPool pushes = new();

    [Fact]
    public void Push_and_weights_are_handed_over_by_reference()
    {
        using IPartitionLink link = InProcessPlane.Connect(partition, Samples.Worker(partition), buffers, observer);
        GradientPush sent = Samples.Push(pushes, buffers, 1);
        link.Push(sent);
        Assert.Same(sent, partition.Pushes.Next());

        partition.Peers.Next().SendWeights(4, sent.Gradient);
        (long version, SharedBuffer weights) = observer.Weights.Next();
        Assert.Equal(4, version);
        Assert.Same(sent.Gradient, weights);
        sent.Release();
        Assert.False(Samples.AllReturned(buffers));
        weights.Release();
        Assert.True(Samples.AllReturned(buffers));
    }

    [Fact]
    public void State_and_snapshot_are_handed_over()
    {
        using IPartitionLink link = InProcessPlane.Connect(partition, Samples.Coordinator(partition), buffers, observer);
        link.SendState(Samples.State(buffers, 2));
        PartitionState state = partition.States.Next();
        partition.Peers.Next().SendSnapshot(state);
        Assert.Same(state, observer.Snapshots.Next());
    }

    [Fact]
    public void Close_is_heard_once_by_both_and_nothing_after_it()
    {
        IPartitionLink link = InProcessPlane.Connect(partition, Samples.Worker(partition), buffers, observer);
        IPlanePeer peer = partition.Peers.Next();
        peer.Close("enough");
        link.Dispose();
        link.Push(Samples.Push(pushes, buffers, 1));
        SharedBuffer weights = buffers.Rent();
        peer.SendWeights(1, weights);
        weights.Release();

        Assert.Equal("enough", Assert.Single(partition.Ends));
        Assert.Equal("enough", Assert.Single(observer.Ends));
        Assert.Empty(partition.Pushes);
        Assert.Empty(observer.Weights);
        Assert.True(Samples.AllReturned(buffers));
    }

    [Fact]
    public void Answers_to_answers_do_not_pile_up_on_the_stack()
    {
        int left = 100_000;
        SharedBuffer weights = buffers.Rent();
        partition.OnPush = (peer, push) =>
        {
            push.Release();
            peer.SendWeights(1, weights);
        };
        observer.OnWeights = (link, received) =>
        {
            received.Release();
            if (--left > 0)
            {
                link.Push(Samples.Push(pushes, buffers, 1));
            }
        };

        using IPartitionLink link = InProcessPlane.Connect(partition, Samples.Worker(partition), buffers, observer);
        link.Push(Samples.Push(pushes, buffers, 1));
        Assert.Equal(0, left);
    }

    [Fact]
    public void Push_of_another_length_closes_the_link()
    {
        IPartitionLink link = InProcessPlane.Connect(partition, Samples.Worker(partition), buffers, observer);
        link.Push(Samples.Push(pushes, new BufferPool(49), 1));
        Assert.Contains("50 floats", Assert.Single(observer.Ends));
        Assert.Empty(partition.Pushes);
    }

    [Fact]
    public void Link_to_another_partition_is_refused()
    {
        Assert.Throws<UserErrorException>(
            () => InProcessPlane.Connect(partition, Samples.Worker(partition) with { Partition = 1 }, buffers, observer));
    }

    [Fact]
    public async Task Concurrent_senders_and_a_close_leave_no_buffer_behind()
    {
        IPartitionLink link = InProcessPlane.Connect(partition, Samples.Worker(partition), buffers, observer);
        Task[] senders = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                link.Push(Samples.Push(pushes, buffers, 1));
            }
        }))];
        Wait.Until(() => partition.Pushes.Count > 100);
        link.Dispose();
        await Task.WhenAll(senders);

        while (partition.Pushes.TryTake(out GradientPush? push))
        {
            push.Release();
        }

        Assert.Single(partition.Ends);
        Assert.True(Samples.AllReturned(buffers));
    }
}
