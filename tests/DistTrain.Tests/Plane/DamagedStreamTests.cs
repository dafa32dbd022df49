using CsCheck;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;

namespace DistTrain.Tests.Plane;

public sealed class DamagedStreamTests
{
    private const int Length = 40;
    private const int Pushes = 3;

    [Fact]
    public void Stream_of_valid_frames_is_delivered()
    {
        using PlaneFixture plane = new(Length);
        Assert.Equal(Pushes, Deliver(plane, Record(plane)).Count);
    }

    [Fact]
    public async Task Stream_with_any_byte_changed_delivers_nothing_that_was_not_sent()
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink good = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        byte[] stream = Record(plane);
        Gen.Select(Gen.Int[0, stream.Length - 1], Gen.Byte[1, 255]).Sample(
            damage =>
            {
                byte[] damaged = [.. stream];
                damaged[damage.Item1] ^= damage.Item2;
                Assert.True(Deliver(plane, damaged).Count < Pushes);
            },
            iter: 400,
            threads: 1);
        AssertWorks(plane, good);
    }

    [Fact]
    public async Task Stream_cut_anywhere_delivers_what_was_whole()
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink good = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        byte[] stream = Record(plane);
        Gen.Int[0, stream.Length - 1].Sample(
            cut => Assert.True(Deliver(plane, stream[..cut]).Count < Pushes),
            iter: 100,
            threads: 1);
        AssertWorks(plane, good);
    }

    [Fact]
    public async Task Stream_of_noise_delivers_nothing()
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink good = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        Gen.Byte.Array[0, 300].Sample(noise => Assert.Empty(Deliver(plane, noise)), iter: 100, threads: 1);
        AssertWorks(plane, good);
    }

    private static void AssertWorks(PlaneFixture plane, SocketPartitionLink good)
    {
        good.Push(Samples.Push(plane.Pushes, plane.Buffers, 9));
        GradientPush push = plane.Partition.Pushes.Next();
        Assert.True(Samples.Is(push, 9));
        push.Release();
        Wait.Until(() => Samples.AllReturned(plane.Partition.Buffers) && Samples.AllReturned(plane.Buffers));
    }

    /// <summary>Sends the stream on a link of its own; returns what the partition got, each checked against what was sent.</summary>
    private static List<int> Deliver(PlaneFixture plane, byte[] stream)
    {
        using RawClient client = new(plane.Listener);
        client.Send(stream);
        client.EndSending();
        client.ReadReason();

        List<int> seeds = [];
        while (plane.Partition.Pushes.TryTake(out GradientPush? push))
        {
            seeds.Add(seeds.Count + 1);
            Assert.True(Samples.Is(push, seeds.Count));
            push.Release();
        }

        return seeds;
    }

    /// <summary>What a real worker's end of a link sends, in pieces.</summary>
    private static byte[] Record(PlaneFixture plane)
    {
        RecordingChannel channel = new();
        FrameSender sender = new(channel, FrameKind.State, pieceLength: 16);
        sender.Address(plane.Worker);
        sender.BeginHello(plane.Worker, Length);
        for (int seed = 1; seed <= Pushes; seed++)
        {
            Finish(sender);
            sender.Begin(LinkMessage.Of(Samples.Push(plane.Pushes, plane.Buffers, seed)));
            Finish(sender);
            sender.Begin(FrameKind.Ping);
        }

        // The last PING stays out: with a push at the end, every damage costs at least one.
        return [.. channel.Sent];
    }

    private static void Finish(FrameSender sender)
    {
        long budget = long.MaxValue;
        Assert.True(sender.TryFinishMessage(ref budget));
    }

    private sealed class RecordingChannel : IByteChannel
    {
        public List<byte> Sent { get; } = [];

        public bool HasUnread => false;

        public int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
        {
            Sent.AddRange(first.Span);
            Sent.AddRange(second.Span);
            return first.Length + second.Length;
        }

        public int Receive(Span<byte> destination) => throw new NotSupportedException();

        public bool WaitToSend(TimeSpan timeout) => true;

        public void EndSending()
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
