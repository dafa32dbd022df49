using System.Text;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>Numbers of the wire format in proto/plane.proto.</summary>
public static class PlaneProtocol
{
    /// <summary>Both sides must name the same one in HELLO.</summary>
    public const uint Version = 6;

    /// <summary>Bytes before the header: its length and the payload's, each a little-endian uint32.</summary>
    public const int PrefixLength = 8;

    /// <summary>
    /// Zeros fill up prefix and header to a multiple of this. The kernel copies payloads with rep movsb, which some
    /// processors do 16 times slower when source and destination differ by 1 to 15 bytes within their pages; with
    /// aligned buffers and an aligned payload they do not.
    /// </summary>
    public const int Alignment = SharedBuffer.Alignment;

    /// <summary>Largest header, in bytes.</summary>
    public const int HeaderLimit = 64 * 1024;

    /// <summary>Largest header before the peer has shown who it is, in bytes.</summary>
    public const int HelloHeaderLimit = 1024;

    /// <summary>Most floats in one piece.</summary>
    public const int PieceLimit = 65_536;

    /// <summary>Longest reason in a GOODBYE, in bytes.</summary>
    public const int ReasonLimit = 512;

    /// <summary>The checksum field stands last in the header: its tag, then 8 little-endian bytes.</summary>
    internal const int ChecksumFieldLength = 1 + sizeof(ulong);

    internal const byte ChecksumTag = (FrameHeader.ChecksumFieldNumber << 3) | 1;

    /// <summary>Bytes before the payload: prefix, header and padding.</summary>
    internal static int HeadLength(int header) => (PrefixLength + header + Alignment - 1) & -Alignment;

    internal static int PayloadLimit(bool established) => established ? PieceLimit * sizeof(float) : ReasonLimit;

    /// <summary>One printable line of at most <see cref="ReasonLimit"/> bytes: a peer's words may end up on a terminal.</summary>
    internal static string OneLine(string text)
    {
        StringBuilder line = new(Math.Min(text.Length, ReasonLimit));
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune printable = Rune.IsControl(rune) ? new Rune(' ') : rune;
            bytes += printable.Utf8SequenceLength;
            if (bytes > ReasonLimit)
            {
                break;
            }

            line.Append(printable);
        }

        return line.ToString();
    }
}
