using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;

namespace DistTrain.Tests.Plane;

public sealed class ChaosTests
{
    /// <summary>No other test's, so that its mappings can be told from theirs.</summary>
    private const int Length = 100_003;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Links_closed_in_the_middle_of_everything_leave_no_buffer_behind(bool sharedMemory)
    {
        using PlaneFixture plane = new(Length, PlaneFixture.Patient with { SharedMemory = sharedMemory });
        plane.Partition.OnPush = (peer, push) =>
        {
            peer.SendWeights(push.Version, push.Gradient);
            if (push.Version % 7 == 6)
            {
                peer.Close("that was enough");
            }

            push.Release();
        };

        for (int round = 0; round < 20; round++)
        {
            RecordingObserver observer = new() { OnWeights = (_, weights) => weights.Release() };
            SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
            for (int push = 0; push < round; push++)
            {
                link.Push(Samples.Push(plane.Pushes, plane.Buffers, push));
            }

            if (round % 2 == 0)
            {
                link.Dispose();
            }
            else
            {
                plane.Partition.Peers.Next().Close("next, please");
            }

            await link.Ended.WaitAsync(Wait.Deadline);
            plane.Partition.Ends.Next();
            Assert.Single(observer.Ends);
            while (round % 2 == 0 && plane.Partition.Peers.TryTake(out _))
            {
            }
        }

        Wait.Until(() => Samples.AllReturned(plane.Buffers) && Samples.AllReturned(plane.Partition.Buffers));
        Wait.Until(() => SharedMappings.OfVectors(Length) == 0);
    }
}
