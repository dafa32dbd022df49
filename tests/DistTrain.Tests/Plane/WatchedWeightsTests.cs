using System.Collections.Concurrent;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

/// <summary>Weights in shared memory that a worker's thread looks for itself.</summary>
public sealed class WatchedWeightsTests
{
    private const int Length = 1_003;

    public WatchedWeightsTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "memfd_create is Linux's");

    [Fact]
    public async Task Weights_are_found_on_the_thread_that_looks()
    {
        using PlaneFixture plane = new(Length);
        ConcurrentQueue<int> threads = [];
        BlockingCollection<SharedBuffer> received = [];
        RecordingObserver observer = new()
        {
            OnWeights = (_, weights) =>
            {
                threads.Enqueue(Environment.CurrentManagedThreadId);
                received.Add(weights);
            },
        };
        (SocketPartitionLink link, IPlanePeer peer, SharedBuffer sent) = await ConnectAsync(plane, observer);
        ILookout lookout = link.Lookout!;

        // Nobody looks: the link's reader brings them.
        peer.SendWeights(1, sent);
        Assert.True(Samples.Same(sent, received.Next()));
        Assert.True(threads.TryDequeue(out int reader));

        lookout.Begin();
        peer.SendWeights(2, sent);
        int here = Environment.CurrentManagedThreadId;
        lookout.Look();
        Assert.True(Samples.Same(sent, received.Next()));
        Assert.True(threads.TryDequeue(out int looking));
        Assert.Equal(here, looking);
        Assert.NotEqual(reader, looking);

        // What came before the end is found by it.
        peer.SendWeights(3, sent);
        lookout.End();
        Assert.Single(received);

        peer.SendWeights(4, sent);
        Wait.Until(() => received.Count == 2);
        Assert.Equal(reader, threads.Last());
    }

    /// <summary>
    /// The worker begins and ends its watch at any time, and sleeps in between: what is given in the very moment in which it ends one
    /// must be seen by it or told to it. Each version is given once the one before has arrived, so one that is lost stops it all.
    /// </summary>
    [Fact]
    public async Task Nothing_is_lost_whenever_a_watch_ends()
    {
        const int Versions = 30_000;
        using PlaneFixture plane = new(length: 16);
        using SemaphoreSlim arrived = new(0);
        long last = 0;
        RecordingObserver observer = new();
        observer.OnWeights = (_, weights) =>
        {
            weights.Release();
            Interlocked.Increment(ref last);
            arrived.Release();
        };
        (SocketPartitionLink link, IPlanePeer peer, SharedBuffer sent) = await ConnectAsync(plane, observer);
        ILookout lookout = link.Lookout!;
        Thread server = new(() =>
        {
            var random = new Random(1);
            for (int version = 1; version <= Versions; version++)
            {
                Wait.Until(() => Volatile.Read(ref last) == version - 1);
                Thread.SpinWait(random.Next(60));
                peer.SendWeights(version, sent);
            }
        });
        server.Start();

        var random = new Random(2);
        for (int version = 1; version <= Versions;)
        {
            lookout.Begin();
            for (int looks = random.Next(60); looks > 0 && Volatile.Read(ref last) < version; looks--)
            {
                lookout.Look();
            }

            lookout.End();
            Assert.True(arrived.Wait(Wait.Deadline), $"version {version} was lost");
            version++;
        }

        server.Join();
        Assert.Equal(Versions, Volatile.Read(ref last));
    }

    /// <summary>
    /// The heart of it: what one writes while the other ends its watch. Both orders are right, and both at once; none of the two is what processors
    /// make of it that may read before they have written.
    /// </summary>
    [Fact]
    public void Of_an_entry_and_the_end_of_a_watch_one_sees_the_other()
    {
        const int Rounds = 300_000;
        using MemoryFile file = MemoryFile.Create(1, new SlotLayout(1).Bytes)!;
        var memory = new SlotMemory(file, new SlotLayout(1));
        var writer = new WeightsRing(memory);
        var reader = new WeightsRing(memory);
        bool[] told = new bool[Rounds];
        int written = 0;
        int read = 0;
        Thread server = new(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                Wait.Meet(ref written, ref read);
                told[round] = writer.Add(round, 0);
                Wait.Meet(ref written, ref read);
            }
        })
        {
            IsBackground = true,
        };
        server.Start();
        bool[] found = new bool[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            reader.Watch();
            Wait.Meet(ref read, ref written);
            reader.WatchNoMore();
            found[round] = reader.TryTake(out _);
            Wait.Meet(ref read, ref written);
            Assert.NotEqual(found[round], reader.TryTake(out _));
        }

        server.Join();
        Assert.Equal(0, Enumerable.Range(0, Rounds).Count(round => !told[round] && !found[round]));
        Assert.Contains(true, told);
        Assert.Contains(true, found);
        memory.Release();
    }

    [Fact]
    public async Task Whoever_looks_after_the_end_of_the_link_finds_nothing()
    {
        const int Own = 3_019;
        using PlaneFixture plane = new(Own);
        RecordingObserver observer = new();
        (SocketPartitionLink link, IPlanePeer peer, SharedBuffer sent) = await ConnectAsync(plane, observer);
        ILookout lookout = link.Lookout!;
        lookout.Begin();
        peer.SendWeights(1, sent);
        link.Dispose();
        await link.Ended.WaitAsync(Wait.Deadline);
        plane.Partition.Ends.Next();
        sent.Release();
        Assert.Equal(0, SharedMappings.OfVectors(Own));

        lookout.Look();
        lookout.End();
        lookout.Begin();
        lookout.Look();
        Assert.Empty(observer.Weights);
    }

    /// <summary>
    /// More than there are slots, to a worker that watches and does not look: the rest takes the socket, and all of it arrives. That one comes first,
    /// so no frame before it told of the others.
    /// </summary>
    [Fact]
    public async Task Only_what_finds_no_slot_is_brought_by_the_reader()
    {
        using PlaneFixture plane = new(Length);
        RecordingObserver observer = new();
        (SocketPartitionLink link, IPlanePeer peer, SharedBuffer sent) = await ConnectAsync(plane, observer);
        ILookout lookout = link.Lookout!;
        lookout.Begin();
        for (int version = 1; version <= SlotLayout.Each + 1; version++)
        {
            peer.SendWeights(version, sent);
        }

        Assert.Equal(SlotLayout.Each + 1, observer.Weights.Next().Version);
        lookout.Look();
        Assert.Equal(Enumerable.Range(1, SlotLayout.Each).Select(version => (long)version), observer.Weights.Select(weights => weights.Version));
    }

    [Theory]
    [InlineData(-1, 4, true, "version -1 in the shared memory cannot be")]
    [InlineData(7, 4, false, "slot 4 of the shared memory, which was not given")]
    [InlineData(7, 3, true, "slot 3 of the shared memory, which was not given")]
    [InlineData(7, int.MinValue, false, "slot -2147483648 of the shared memory, which was not given")]
    public void What_cannot_be_in_the_ring_ends_the_link_with_a_reason(long version, int slot, bool give, string reason)
    {
        var layout = new SlotLayout(Length);
        using MemoryFile file = MemoryFile.Create(1, layout.Bytes)!;
        var memory = new SlotMemory(file, layout);
        var ring = new WeightsRing(memory);
        List<string> faults = [];
        var watch = new WeightsWatch(ring, new IncomingSlots(memory, SlotLayout.Each), (_, _) => Assert.Fail("nothing is to be delivered"), faults.Add);
        if (give)
        {
            memory.Give(slot);
        }

        ring.Add(version, slot);
        watch.Look();
        Assert.Contains(reason, Assert.Single(faults));
        watch.Close();
        memory.Release();
    }

    /// <summary>A link whose worker has used the shared memory, so that the server does; and a vector to send.</summary>
    private static async Task<(SocketPartitionLink Link, IPlanePeer Peer, SharedBuffer Sent)> ConnectAsync(PlaneFixture plane, RecordingObserver observer)
    {
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
        link.Push(Samples.Push(plane.Pushes, link.Buffers, 5));
        return (link, plane.Partition.Peers.Next(), plane.Partition.Pushes.Next().Gradient);
    }
}
