using DistTrain.Node.Plane;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

/// <summary>Links whose vectors go through memory that both ends have. Only Linux has such memory.</summary>
public sealed class SharedMemoryLinkTests
{
    private const int Length = 1_003;

    public SharedMemoryLinkTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "memfd_create is Linux's");

    /// <summary>Whatever arrives is the same memory: what the receiver writes there, the sender would see.</summary>
    [Fact]
    public async Task Gradient_that_was_written_in_the_shared_memory_is_not_copied()
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        GradientPush push = Samples.Push(plane.Pushes, link.Buffers, 5);
        SharedBuffer sent = push.Gradient.AddReference();
        link.Push(push);

        GradientPush arrived = plane.Partition.Pushes.Next();
        Assert.True(Samples.Is(arrived, 5));
        arrived.Gradient.Floats[7] = 42;
        Assert.Equal(42, sent.Values[7]);
        Assert.Equal(0, plane.Buffers.Created + plane.Partition.Buffers.Created);

        arrived.Release();
        sent.Release();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Side_that_wants_none_gets_none(bool server, bool worker)
    {
        using PlaneFixture plane = new(Length, PlaneFixture.Patient with { SharedMemory = server });
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer, PlaneFixture.Patient with { SharedMemory = worker });
        Assert.False(link.SharesMemory);

        link.Push(Samples.Push(plane.Pushes, link.Buffers, 5));
        GradientPush push = plane.Partition.Pushes.Next();
        Assert.True(Samples.Is(push, 5));
        plane.Partition.Peers.Next().SendWeights(6, push.Gradient);
        Assert.True(Samples.Same(push.Gradient, observer.Weights.Next().Weights));
    }

    [Fact]
    public async Task Coordinator_and_vectors_that_are_too_large_go_through_the_socket()
    {
        using PlaneFixture plane = new(Length);
        Assert.False((await plane.ConnectAsync(plane.Coordinator, new RecordingObserver())).SharesMemory);

        // 1.6 GB, of which nothing is touched.
        const int TooLarge = 50_000_000;
        RecordingPartition large = new(TooLarge, partition: 3);
        plane.Listener.Register(large);
        using SocketPartitionLink link = await SocketPartitionLink.ConnectAsync(
            "127.0.0.1", plane.Listener.Endpoint.Port, Samples.Worker(large), TooLarge, new BufferPool(TooLarge), new RecordingObserver(), PlaneFixture.Patient, default);
        Assert.False(link.SharesMemory);
    }

    /// <summary>The receivers give nothing back, so that slots run out on both sides.</summary>
    [Fact]
    public async Task What_finds_no_slot_goes_through_the_socket_in_its_order()
    {
        const int Many = 3 * SlotLayout.Each;
        using PlaneFixture plane = new(Length);
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
        IPlanePeer peer = plane.Partition.Peers.Next();
        List<GradientPush> pushes = [];
        for (int seed = 0; seed < Many; seed++)
        {
            link.Push(Samples.Push(plane.Pushes, link.Buffers, seed));
            pushes.Add(plane.Partition.Pushes.Next());
        }

        List<SharedBuffer> kept = [];
        for (int version = 0; version < Many; version++)
        {
            Assert.True(Samples.Is(pushes[version], version));
            peer.SendWeights(version, pushes[version].Gradient);
            (long arrived, SharedBuffer weights) = observer.Weights.Next();
            Assert.Equal(version, arrived);
            kept.Add(weights);
        }

        for (int version = 0; version < Many; version++)
        {
            Assert.True(Samples.Same(pushes[version].Gradient, kept[version]));
        }

        // Some of both kinds, on both sides.
        Assert.Equal(Many - SlotLayout.Each, plane.Partition.Buffers.Created);
        Assert.InRange(plane.Buffers.Created, Many - SlotLayout.Each, Many);

        pushes.ForEach(push => push.Release());
        kept.ForEach(weights => weights.Release());
        for (int seed = 0; seed < SlotLayout.Each; seed++)
        {
            // There is room again.
            SharedBuffer slot = link.Buffers.Rent();
            Assert.Equal(-1, Array.IndexOf(Everything(plane.Buffers), slot));
            slot.Release();
        }
    }

    [Fact]
    public async Task Vectors_that_are_held_outlive_the_link_and_its_memory_goes_with_the_last_of_them()
    {
        const int Own = 2_009;
        using PlaneFixture plane = new(Own);
        RecordingObserver observer = new();
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, observer);
        link.Push(Samples.Push(plane.Pushes, link.Buffers, 5));
        GradientPush push = plane.Partition.Pushes.Next();
        plane.Partition.Peers.Next().SendWeights(6, push.Gradient);
        SharedBuffer weights = observer.Weights.Next().Weights;
        SharedBuffer begun = link.Buffers.Rent();
        begun.Floats.Fill(3);
        Assert.Equal(2, SharedMappings.OfVectors(Own));

        link.Dispose();
        await link.Ended.WaitAsync(Wait.Deadline);
        plane.Partition.Ends.Next();

        Assert.True(Samples.Is(push, 5));
        Assert.True(Samples.Same(push.Gradient, weights));
        Assert.False(begun.Values.ContainsAnyExcept(3));
        push.Release();
        begun.Release();
        Assert.Equal(1, SharedMappings.OfVectors(Own));
        weights.Release();
        Assert.Equal(0, SharedMappings.OfVectors(Own));

        // A worker that has not heard yet goes on.
        link.Push(Samples.Push(plane.Pushes, link.Buffers, 6));
        Assert.True(Samples.AllReturned(plane.Buffers));
    }

    /// <summary>As a letter to an actor that has ended.</summary>
    [Fact]
    public async Task Vector_that_nobody_gives_back_does_not_keep_the_memory()
    {
        const int Own = 2_013;
        using PlaneFixture plane = new(Own);
        await LoseOneAsync(plane);

        // Else this goes on within its last frame, which still has the link, where it had to wait for something.
        await Task.Yield();
        Wait.Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return SharedMappings.OfVectors(Own) == 0;
        });

        static async Task LoseOneAsync(PlaneFixture plane)
        {
            using SocketPartitionLink link = await SocketPartitionLink.ConnectAsync(
                "127.0.0.1", plane.Listener.Endpoint.Port, plane.Worker, Own, plane.Buffers, new RecordingObserver(), PlaneFixture.Patient, default);
            link.Push(Samples.Push(plane.Pushes, link.Buffers, 5));
            plane.Partition.Pushes.Next();
            plane.Partition.Peers.Next();
            link.Buffers.Rent();
            link.Dispose();
            await link.Ended.WaitAsync(Wait.Deadline);
            plane.Partition.Ends.Next();
            Assert.Equal(2, SharedMappings.OfVectors(Own));
        }
    }

    /// <summary>A caller has no time for a large vector; the link's writer copies it.</summary>
    [Fact]
    public void Vector_beyond_the_callers_budget_is_not_copied_by_it()
    {
        var layout = new SlotLayout(Length);
        using MemoryFile file = MemoryFile.Create(1, layout.Bytes)!;
        var memory = new SlotMemory(file, layout);
        var slots = new OutgoingSlots(memory, 0, new BufferPool(Length), ring: null);
        var sent = new TakingChannel();
        var sender = new FrameSender(sent, FrameKind.State, PlaneProtocol.PieceLimit) { Slots = slots };
        SharedBuffer weights = new BufferPool(Length).Rent();

        long budget = (Length * sizeof(float)) - 1;
        sender.Begin(LinkMessage.Of(1, weights));
        Assert.False(sender.TryFinishMessage(ref budget));
        Assert.Equal(0, sent.Bytes);

        budget += 2;
        Assert.True(sender.TryFinishMessage(ref budget));
        Assert.Equal(1, budget);
        Assert.InRange(sent.Bytes, 1, 200);

        // What is in a slot already costs nothing.
        sender.Begin(LinkMessage.Of(2, slots.Rent()));
        Assert.True(sender.TryFinishMessage(ref budget));
        memory.Release();
    }

    /// <summary>The reason, a slot that is given before (-1: none), and what is sent then.</summary>
    public static TheoryData<string, int, Func<PlaneIdentity, byte[]>> BadSlots => new()
    {
        { "slot 0 of the shared memory, which was not given", -1, id => InSlot(id, 0) },
        { "slot 0 of the shared memory, which was not given", 1, id => InSlot(id, 0) },
        { "slot 4 of the shared memory, which was not given", 4, id => InSlot(id, 4) },
        { "slot 4294967294 of the shared memory, which was not given", -1, id => InSlot(id, -2) },
        { "slot 1 of the shared memory, which was not given", 1, id => [.. InSlot(id, 1), .. InSlot(id, 1)] },
        { "slot 0 of the shared memory where none can be", 0, id => RawClient.Push(id, 0, 0, Length, header => (header.Slot, header.Count) = (1, Length - 1)) },
        { "carries 12 bytes where 0 are due", 0, id => RawClient.Push(id, 0, 3, Length, header => (header.Slot, header.Count) = (1, Length)) },
    };

    [Theory]
    [MemberData(nameof(BadSlots))]
    public void Slot_that_was_not_given_closes_the_link(string reason, int given, Func<PlaneIdentity, byte[]> bad)
    {
        using PlaneFixture plane = new(Length);
        using RawClient client = plane.ConnectRaw(plane.Worker);
        if (given >= 0)
        {
            Give(client.Header, given);
        }

        client.Send(bad(plane.Worker));

        Assert.Contains(reason, plane.Partition.Ends.Next());
        Assert.Contains(reason, client.ReadReason());
        while (plane.Partition.Pushes.TryTake(out GradientPush? push))
        {
            push.Release();
        }
    }

    /// <summary>The memory's finder could have been a stranger: nothing but the right name, seal and size will do.</summary>
    [Fact]
    public void Memory_is_opened_by_its_right_name_and_size_alone()
    {
        const ulong Token = 0xfeed;
        using MemoryFile made = MemoryFile.Create(Token, 8192)!;
        using FileStream other = File.OpenRead("/proc/self/exe");
        int here = Environment.ProcessId;

        Assert.Null(MemoryFile.Open(here, made.Descriptor, Token + 1, 8192));
        Assert.Null(MemoryFile.Open(here, made.Descriptor, Token, 4096));
        Assert.Null(MemoryFile.Open(here, (int)other.SafeFileHandle.DangerousGetHandle(), Token, 8192));
        Assert.Null(MemoryFile.Open(here, 1_000_000, Token, 8192));
        Assert.Null(MemoryFile.Open(int.MaxValue, made.Descriptor, Token, 8192));
        using MemoryFile? opened = MemoryFile.Open(here, made.Descriptor, Token, 8192);
        Assert.NotNull(opened);
    }

    [Fact]
    public void Memory_cannot_be_made_smaller_by_a_peer_who_would_end_this_process_by_that()
    {
        using MemoryFile made = MemoryFile.Create(7, 8192)!;
        using FileStream peer = new($"/proc/self/fd/{made.Descriptor}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.ThrowsAny<Exception>(() => peer.SetLength(0));
        Assert.Equal(8192, peer.Length);
    }

    private static SharedBuffer[] Everything(BufferPool pool)
    {
        SharedBuffer[] all = [.. Enumerable.Range(0, pool.Created).Select(_ => pool.Rent())];
        Array.ForEach(all, buffer => buffer.Release());
        return all;
    }

    /// <summary>A push whose vector is in a slot, valid but for what the memory says of it.</summary>
    private static byte[] InSlot(PlaneIdentity identity, int slot) =>
        RawClient.Push(identity, 0, 0, Length, header => (header.Slot, header.Count) = ((uint)(slot + 1), Length));

    /// <summary>Marks a slot of the memory that WELCOME offered as given.</summary>
    private static void Give(FrameHeader welcome, int slot)
    {
        var layout = new SlotLayout(Length);
        using MemoryFile file = MemoryFile.Open((int)welcome.MemoryProcess, (int)welcome.MemoryDescriptor, welcome.MemoryToken, layout.Bytes)!;
        var memory = new SlotMemory(file, layout);
        memory.Give(slot);
        memory.Release();
    }

    private sealed class TakingChannel : IByteChannel
    {
        public int Bytes { get; private set; }

        public bool HasUnread => false;

        public int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
        {
            Bytes += first.Length + second.Length;
            return first.Length + second.Length;
        }

        public int Receive(Span<byte> destination) => throw new NotSupportedException();

        public bool WaitToSend(TimeSpan timeout) => throw new NotSupportedException();

        public void EndSending() => throw new NotSupportedException();

        public void Abort() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
