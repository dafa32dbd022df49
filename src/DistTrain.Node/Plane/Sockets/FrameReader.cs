using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DistTrain.Protocol.Plane;
using Google.Protobuf;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// Reads frames from a channel. Headers go into one message that is used again, payloads straight to where the
/// caller wants them; nothing is believed before <see cref="ReadPayload"/> has returned.
/// </summary>
internal sealed class FrameReader(IByteChannel channel)
{
    private byte[] staging = new byte[PlaneProtocol.HeadLength(PlaneProtocol.HelloHeaderLimit)];
    private int start;
    private int end;
    private ulong expected;
    private ulong ofHeader;
    private int receipts;
    private bool established;

    /// <summary>Header of the frame being read.</summary>
    public FrameHeader Header { get; } = new();

    /// <summary>Bytes of the frame's payload.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Set once the peer is known: until then only small frames are read.</summary>
    public bool Established
    {
        get => Volatile.Read(ref established);
        set => Volatile.Write(ref established, value);
    }

    /// <summary>Changes whenever bytes have arrived. May be read by any thread.</summary>
    public int Receipts => Volatile.Read(ref receipts);

    /// <summary>Reads up to the payload.</summary>
    /// <returns>False if the stream ended between two frames.</returns>
    public bool ReadHeader()
    {
        if (!Fill(PlaneProtocol.PrefixLength))
        {
            return false;
        }

        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(staging.AsSpan(start));
        uint payloadLength = BinaryPrimitives.ReadUInt32LittleEndian(staging.AsSpan(start + 4));
        int headerLimit = Established ? PlaneProtocol.HeaderLimit : PlaneProtocol.HelloHeaderLimit;
        if (headerLength < PlaneProtocol.ChecksumFieldLength || headerLength > headerLimit)
        {
            throw new LinkFaultException($"a frame announced a header of {headerLength} bytes; at most {headerLimit} are allowed");
        }

        int payloadLimit = PlaneProtocol.PayloadLimit(Established);
        if (payloadLength > payloadLimit)
        {
            throw new LinkFaultException($"a frame announced a payload of {payloadLength} bytes; at most {payloadLimit} are allowed");
        }

        int head = PlaneProtocol.HeadLength((int)headerLength);
        PayloadLength = (int)payloadLength;
        Fill(head);
        ReadOnlySpan<byte> rest = staging.AsSpan(start + PlaneProtocol.PrefixLength, head - PlaneProtocol.PrefixLength);
        if (rest[(int)headerLength..].ContainsAnyExcept((byte)0))
        {
            throw new LinkFaultException("a frame's header is not padded with zeros");
        }

        Parse(rest[..(int)headerLength]);
        start += head;
        return true;
    }

    /// <summary>Reads the payload, all of it, and verifies header and payload.</summary>
    public void ReadPayload(Span<byte> destination)
    {
        if (destination.Length != PayloadLength)
        {
            throw new LinkFaultException($"a {Header.Kind} frame carries {PayloadLength} bytes where {destination.Length} are due");
        }

        int staged = Math.Min(end - start, destination.Length);
        staging.AsSpan(start, staged).CopyTo(destination);
        start += staged;
        for (int filled = staged; filled < destination.Length;)
        {
            int received = Receive(destination[filled..]);
            if (received == 0)
            {
                throw BrokenOff();
            }

            filled += received;
        }

        if ((ofHeader ^ FrameChecksum.OfPayload(destination)) != expected)
        {
            throw new LinkFaultException($"a {Header.Kind} frame was damaged on its way: its checksum does not match");
        }
    }

    /// <summary>Throws away what still comes, until the stream ends.</summary>
    public void Drain()
    {
        while (Receive(staging) > 0)
        {
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_unknownFields")]
    private static extern ref UnknownFieldSet? UnknownFields(FrameHeader header);

    private static LinkFaultException BrokenOff() => new("the connection broke off in the middle of a frame");

    private void Parse(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> fields = bytes[..^PlaneProtocol.ChecksumFieldLength];
        if (bytes[fields.Length] != PlaneProtocol.ChecksumTag)
        {
            throw new LinkFaultException("a frame's header does not end with its checksum");
        }

        expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(fields.Length + 1)..]);
        ofHeader = FrameChecksum.OfHeader(fields);
        FrameHeaders.Reset(Header);
        try
        {
            Header.MergeFrom(fields);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new LinkFaultException("a frame's header is no valid protobuf message");
        }

        // They would pile up in the reused message; and the protocol number leaves no room for them.
        if (UnknownFields(Header) is not null)
        {
            throw new LinkFaultException("a frame's header has a field that this version does not know");
        }
    }

    /// <summary>Makes sure that so many bytes are staged; false if the stream ended before the first of them.</summary>
    private bool Fill(int count)
    {
        if (end - start < count)
        {
            MakeRoom(count);
        }

        while (end - start < count)
        {
            int received = Receive(staging.AsSpan(end));
            if (received == 0)
            {
                return end == start ? false : throw BrokenOff();
            }

            end += received;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        byte[] target = count <= staging.Length ? staging : new byte[PlaneProtocol.HeadLength(PlaneProtocol.HeaderLimit)];
        staging.AsSpan(start, end - start).CopyTo(target);
        staging = target;
        end -= start;
        start = 0;
    }

    private int Receive(Span<byte> destination)
    {
        int received = channel.Receive(destination);
        Volatile.Write(ref receipts, receipts + 1);
        return received;
    }
}
