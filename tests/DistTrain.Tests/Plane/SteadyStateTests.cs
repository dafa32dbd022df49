using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Plane;

public sealed class SteadyStateTests
{
    private const int Exchanges = 10_000;

    // A sixth of the smallest object each. None would do, but for collections that other tests cause: each gives up what is left of a
    // thread's allocation context, up to 8 kB, and counts it as allocated.
    private const int MostBytes = Exchanges * 4;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exchanges_allocate_nothing_and_no_buffer(bool sharedMemory)
    {
        const int Warm = 200;
        const int Total = Warm + Exchanges;
        using PlaneFixture plane = new(1_000, PlaneFixture.Patient with { SharedMemory = sharedMemory });
        using SharedBufferOwner vector = new(1_000);
        using SemaphoreSlim done = new(0);
        int exchanges = 0;
        long serverStart = 0, serverEnd = 0, clientStart = 0, clientEnd = 0;
        int created = 0;

        // Each side sends from the thread that it hears on, so these two threads do all the work.
        plane.Partition.OnPush = (peer, push) =>
        {
            push.Release();
            peer.SendWeights(exchanges, vector.Buffer);
            serverStart = exchanges == Warm ? GC.GetAllocatedBytesForCurrentThread() : serverStart;
            serverEnd = GC.GetAllocatedBytesForCurrentThread();
        };
        RecordingObserver observer = new()
        {
            OnWeights = (link, weights) =>
            {
                weights.Release();
                if (++exchanges == Warm)
                {
                    clientStart = GC.GetAllocatedBytesForCurrentThread();
                    created = plane.Buffers.Created + plane.Partition.Buffers.Created;
                }

                if (exchanges < Total)
                {
                    link.Push(Gradient());
                }
                else
                {
                    clientEnd = GC.GetAllocatedBytesForCurrentThread();
                    done.Release();
                }
            },
        };

        using Node.Plane.Sockets.SocketPartitionLink first = await plane.ConnectAsync(plane.Worker, observer);
        first.Push(Gradient());
        Assert.True(await done.WaitAsync(Wait.Deadline));
        Assert.InRange(clientEnd - clientStart, 0, MostBytes);
        Assert.InRange(serverEnd - serverStart, 0, MostBytes);
        Assert.Equal(created, plane.Buffers.Created + plane.Partition.Buffers.Created);

        GradientPush Gradient()
        {
            GradientPush push = plane.Pushes.Rent();
            push.Version = exchanges;
            push.Node = new TreeNode(3, 0);
            push.Gradient = vector.Buffer.AddReference();
            for (int shard = 0; shard < 8; shard++)
            {
                push.Shards.Add(new ShardContribution(shard, 1000, 0.5, 999, ulong.MaxValue));
            }

            return push;
        }
    }

    private sealed class SharedBufferOwner(int length) : IDisposable
    {
        public SharedBuffer Buffer { get; } = new BufferPool(length).Rent();

        public void Dispose() => Buffer.Release();
    }
}
