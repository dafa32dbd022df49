using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace DistTrain.Training.Data.Idx;

/// <summary>
/// A gzip file (RFC 1952) of exactly one member. The GZipStream of .NET ends without a word when its input is cut
/// short or is followed by other bytes, so the frame is read here and only the deflate data is left to the library.
/// </summary>
internal sealed class GzipMember : IDisposable
{
    private const int TrailerLength = 8;
    private const byte Deflate = 8;
    private const int HeaderChecksum = 0x02;
    private const int Extra = 0x04;
    private const int OriginalName = 0x08;
    private const int Comment = 0x10;
    private const int Reserved = 0xe0;

    private readonly Stream file;
    private readonly string name;
    private readonly DeflateStream inflater;
    private readonly Crc32 checksum = new();
    private uint length;

    public GzipMember(Stream file, string name)
    {
        this.file = file;
        this.name = name;
        SkipHeader();
        inflater = new DeflateStream(new ExactEndStream(file, TrailerLength), CompressionMode.Decompress);
    }

    public static bool IsMagic(ReadOnlySpan<byte> start) => start is [0x1f, 0x8b, ..];

    public int ReadUpTo(Span<byte> buffer)
    {
        int read;
        try
        {
            read = inflater.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new UserErrorException(Message($"the compressed data is damaged after {length} uncompressed bytes"), e);
        }

        checksum.Append(buffer[..read]);
        length += (uint)read;
        return read;
    }

    /// <summary>Fails unless the deflate data ended right before the trailer, and the trailer agrees with what was read.</summary>
    public void ExpectEnd()
    {
        long trailerAt = file.Position;
        long left = file.Length - trailerAt;
        if (left != TrailerLength)
        {
            throw Fault(left < TrailerLength
                ? $"the file is cut short: {left} bytes where the trailer of {TrailerLength} was expected"
                : "other bytes follow after the compressed data");
        }

        Span<byte> trailer = stackalloc byte[TrailerLength];
        file.ReadExactly(trailer);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != checksum.GetCurrentHashAsUInt32())
        {
            file.Position = trailerAt;
            throw Fault("the checksum (CRC-32) does not agree with the contents");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != length)
        {
            file.Position = trailerAt + 4;
            throw Fault($"the recorded length does not agree with the {length} bytes of the contents");
        }
    }

    public void Dispose() => inflater.Dispose();

    private void SkipHeader()
    {
        Span<byte> header = stackalloc byte[10];
        ReadHeader(header);
        int flags = header[3];
        if (header[2] != Deflate || (flags & Reserved) != 0)
        {
            file.Position = 2;
            throw Fault($"compression method {header[2]} with flags 0x{flags:x2} is not gzip as RFC 1952 has it");
        }

        if ((flags & Extra) != 0)
        {
            Span<byte> size = stackalloc byte[2];
            ReadHeader(size);
            ReadHeader(new byte[BinaryPrimitives.ReadUInt16LittleEndian(size)]);
        }

        if ((flags & OriginalName) != 0)
        {
            SkipText();
        }

        if ((flags & Comment) != 0)
        {
            SkipText();
        }

        if ((flags & HeaderChecksum) != 0)
        {
            ReadHeader(stackalloc byte[2]);
        }
    }

    private void SkipText()
    {
        Span<byte> one = stackalloc byte[1];
        do
        {
            ReadHeader(one);
        }
        while (one[0] != 0);
    }

    private void ReadHeader(Span<byte> part)
    {
        if (file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
        {
            throw Fault("the file ends inside its gzip header");
        }
    }

    private UserErrorException Fault(string what) => new(Message(what));

    private string Message(string what) => $"{name}: compressed byte {file.Position}: {what}; replace the file with a good copy";
}
