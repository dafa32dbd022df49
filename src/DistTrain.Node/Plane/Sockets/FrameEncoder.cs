using System.Buffers.Binary;
using DistTrain.Protocol.Plane;
using Google.Protobuf;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// Writes all of a frame but its payload into memory that it reuses. The checksum is seeded with the header's own, so
/// that a damaged version or offset is found like a damaged float.
/// </summary>
internal sealed class FrameEncoder
{
    private byte[] bytes = new byte[512];

    /// <summary>Fields of the next frame; the checksum is filled in by <see cref="Encode"/>.</summary>
    public FrameHeader Header { get; } = new();

    /// <summary>Prefix, header and padding, valid until the next call.</summary>
    /// <param name="payloadLength">In bytes.</param>
    /// <param name="ofPayload">See <see cref="FrameChecksum.OfPayload"/>.</param>
    public ReadOnlyMemory<byte> Encode(int payloadLength, ulong ofPayload)
    {
        Header.Checksum = 0;
        int fields = Header.CalculateSize();
        int header = fields + PlaneProtocol.ChecksumFieldLength;
        if (header > PlaneProtocol.HeaderLimit)
        {
            throw new LinkFaultException($"a header of {header} bytes is over the limit of {PlaneProtocol.HeaderLimit}; use fewer shards");
        }

        int head = PlaneProtocol.HeadLength(header);
        if (bytes.Length < head)
        {
            bytes = new byte[PlaneProtocol.HeadLength(PlaneProtocol.HeaderLimit)];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)header);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)payloadLength);
        Span<byte> encoded = bytes.AsSpan(PlaneProtocol.PrefixLength, fields);
        Header.WriteTo(encoded);
        bytes[PlaneProtocol.PrefixLength + fields] = PlaneProtocol.ChecksumTag;
        Span<byte> rest = bytes.AsSpan(PlaneProtocol.PrefixLength + fields + 1);
        BinaryPrimitives.WriteUInt64LittleEndian(rest, FrameChecksum.OfHeader(encoded) ^ ofPayload);
        bytes.AsSpan(PlaneProtocol.PrefixLength + header, head - PlaneProtocol.PrefixLength - header).Clear();
        return bytes.AsMemory(0, head);
    }
}
