using System.Buffers.Binary;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;

namespace DistTrain.Tests.Plane;

public sealed class DamageTests
{
    private const int Length = 40;

    public static TheoryData<string, Func<PlaneIdentity, byte[]>> BadFrames => new()
    {
        { "is for partition 0 of run 9", id => RawClient.Push(id, 0, 40, 40, header => header.Run = 9) },
        { "is for partition 4 of run 7", id => RawClient.Push(id, 0, 40, 40, header => header.Partition = 4) },
        { "this partition has 40", id => RawClient.Push(id, 0, 40, 41) },
        { "out of order", id => RawClient.Push(id, 8, 32, 40) },
        { "41 floats at offset 0 of 40", id => RawClient.Push(id, 0, 41, 40) },
        { "0 floats at offset 0 of 40", id => RawClient.Push(id, 0, 0, 40) },
        { "carries 160 bytes where 80 are due", id => RawClient.Push(id, 0, 40, 40, header => header.Count = 20) },
        { "kind 77 is not for a Worker", id => RawClient.Push(id, 0, 40, 40, header => header.Kind = (FrameKind)77) },
        { "kind State is not for a Worker", id => RawClient.Push(id, 0, 40, 40, header => header.Kind = FrameKind.State) },
        { "kind Hello is not for a Worker", id => RawClient.Hello(id, 40) },
        { "which cannot be", id => RawClient.Push(id, 0, 40, 40, header => header.NodeLevel = 31) },
        { "unequal numbers of shards", id => RawClient.Push(id, 0, 40, 40, header => header.Shards.Add(1)) },
        { "unequal numbers of shards", id => RawClient.Push(id, 0, 40, 40, header => Give(header, 8, 7, 6).Skipped.Clear()) },
        { "unequal numbers of shards", id => RawClient.Push(id, 0, 40, 40, header => Give(header, 8, 7, 6).Corrects.Clear()) },
        { "a shard or count that cannot be", id => RawClient.Push(id, 0, 40, 40, header => Give(header, 8, 7, skipped: 9)) },
        { "a shard or count that cannot be", id => RawClient.Push(id, 0, 40, 40, header => Give(header, 8, correct: 9, 6)) },
        { "version 18446744073709551615 cannot be", id => RawClient.Push(id, 0, 40, 40, header => header.Version = ulong.MaxValue) },
        { "header of 4294967295 bytes", _ => Prefix(uint.MaxValue, 0) },
        { "header of 65537 bytes", _ => Prefix(65_537, 0) },
        { "header of 8 bytes", _ => Prefix(8, 0) },
        { "payload of 4294967295 bytes", _ => Prefix(20, uint.MaxValue) },
        { "payload of 262145 bytes", _ => Prefix(20, 262_145) },
        { "does not end with its checksum", _ => [.. Prefix(56, 0), .. new byte[56]] },
        { "no valid protobuf message", _ => [.. Prefix(56, 0), .. new byte[47], PlaneProtocol.ChecksumTag, .. new byte[8]] },
        { "a field that this version does not know", _ => [.. Prefix(12, 0), 0xf8, 0x01, 5, PlaneProtocol.ChecksumTag, .. new byte[8 + 44]] },
        { "names slot 2 of the shared memory where none can be", id => [.. RawClient.Push(id, 0, 20, 40), .. RawClient.Push(id, 20, 20, 40, header => header.Slot = 3)] },
        { "out of order", id => [.. RawClient.Push(id, 0, 20, 40), .. RawClient.Push(id, 20, 20, 40, header => header.Version = 6)] },
        { "out of order", id => [.. RawClient.Push(id, 0, 20, 40), .. RawClient.Push(id, 20, 20, 40, header => header.NodeIndex = 6)] },
        { "out of order", id => [.. RawClient.Push(id, 0, 20, 40), .. RawClient.Push(id, 0, 20, 40)] },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task Frame_that_cannot_be_closes_its_link_alone(string reason, Func<PlaneIdentity, byte[]> bad)
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink good = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        using RawClient client = plane.ConnectRaw(plane.Worker);
        client.Send(bad(plane.Worker));

        Assert.Contains(reason, plane.Partition.Ends.Next());
        Assert.Contains(reason, client.ReadReason());
        Assert.Empty(plane.Partition.Pushes);
        Assert.True(Samples.AllReturned(plane.Partition.Buffers));

        good.Push(Samples.Push(plane.Pushes, plane.Buffers, 1));
        Assert.True(Samples.Is(plane.Partition.Pushes.Next(), 1));
    }

    [Fact]
    public void Payload_that_was_damaged_is_not_delivered()
    {
        using PlaneFixture plane = new(Length);
        using RawClient client = plane.ConnectRaw(plane.Worker);
        byte[] frame = RawClient.Push(plane.Worker, 0, Length, Length);
        frame[^1] ^= 1;
        client.Send(frame);
        Assert.Contains("checksum does not match", client.ReadReason());
        Assert.Empty(plane.Partition.Pushes);
        Wait.Until(() => Samples.AllReturned(plane.Partition.Buffers));
    }

    [Fact]
    public void Stream_that_breaks_off_gives_its_buffer_back()
    {
        using PlaneFixture plane = new(Length);
        using (RawClient client = plane.ConnectRaw(plane.Worker))
        {
            client.Send(RawClient.Push(plane.Worker, 0, 20, Length));
        }

        plane.Partition.Ends.Next();
        Assert.True(Samples.AllReturned(plane.Partition.Buffers));
    }

    /// <summary>What shard 1 gave to a push.</summary>
    private static FrameHeader Give(FrameHeader header, uint samples, uint correct, uint skipped)
    {
        header.Shards.Add(1);
        header.SampleCounts.Add(samples);
        header.LossSums.Add(0.5);
        header.Corrects.Add(correct);
        header.Skipped.Add(skipped);
        header.GradientChecksums.Add(1);
        return header;
    }

    private static byte[] Prefix(uint header, uint payload)
    {
        byte[] prefix = new byte[PlaneProtocol.PrefixLength];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, header);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(4), payload);
        return prefix;
    }
}
