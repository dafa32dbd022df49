using System.Buffers.Binary;
using DistTrain.Protocol.Plane;
using Google.Protobuf;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// Writes prefix and header of a frame into memory that it reuses. The checksum is seeded with the header's own, so
/// that a damaged version or offset is found like a damaged float.
/// </summary>
internal sealed class FrameEncoder
{
    private byte[] bytes = new byte[512];

    /// <summary>Fields of the next frame; the checksum is filled in by <see cref="Encode"/>.</summary>
    public FrameHeader Header { get; } = new();

    /// <summary>Prefix and header, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> payload)
    {
        Header.Checksum = 0;
        int fields = Header.CalculateSize();
        int header = fields + PlaneProtocol.ChecksumFieldLength;
        if (header > PlaneProtocol.HeaderLimit)
        {
            throw new LinkFaultException($"a header of {header} bytes is over the limit of {PlaneProtocol.HeaderLimit}; use fewer shards");
        }

        int total = PlaneProtocol.PrefixLength + header;
        if (bytes.Length < total)
        {
            bytes = new byte[PlaneProtocol.PrefixLength + PlaneProtocol.HeaderLimit];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)header);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)payload.Length);
        Span<byte> encoded = bytes.AsSpan(PlaneProtocol.PrefixLength, fields);
        Header.WriteTo(encoded);
        bytes[PlaneProtocol.PrefixLength + fields] = PlaneProtocol.ChecksumTag;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(total - sizeof(ulong)), FrameChecksum.Of(encoded, payload));
        return bytes.AsMemory(0, total);
    }
}
