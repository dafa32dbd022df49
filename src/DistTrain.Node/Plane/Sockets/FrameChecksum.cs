using System.IO.Hashing;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>XxHash3 (64 bit) of a payload, seeded with that of the header's bytes before the checksum field.</summary>
internal static class FrameChecksum
{
    public static ulong Of(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        XxHash3.HashToUInt64(payload, unchecked((long)XxHash3.HashToUInt64(header)));
}
