namespace DistTrain.Training.Data.Idx;

/// <summary>The uncompressed bytes of an IDX file, whichever way it is stored, with the offset for messages.</summary>
internal sealed class IdxSource : IDisposable
{
    private const int FirstPiece = 1 << 16;

    private readonly Stream raw;
    private readonly GzipMember? gzip;
    private readonly string name;

    private IdxSource(Stream raw, GzipMember? gzip, string name)
    {
        this.raw = raw;
        this.gzip = gzip;
        this.name = name;
    }

    /// <summary>Uncompressed bytes read so far.</summary>
    public long Offset { get; private set; }

    public static IdxSource Open(Stream raw, string name)
    {
        raw.Position = 0;
        byte[] start = new byte[2];
        int read = raw.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        raw.Position = 0;
        bool compressed = read == 2 && GzipMember.IsMagic(start);
        return new IdxSource(raw, compressed ? new GzipMember(raw, name) : null, name);
    }

    /// <summary>Fills as much of the buffer as the file allows; fewer bytes mean that it ended.</summary>
    public int ReadUpTo(Span<byte> buffer)
    {
        int read = gzip is null ? raw.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) : gzip.ReadUpTo(buffer);
        Offset += read;
        return read;
    }

    /// <summary>
    /// Up to <paramref name="promised"/> bytes, fewer if the file ends before. The buffer doubles as bytes arrive, so
    /// a header that lies costs no memory.
    /// </summary>
    public byte[] ReadGrowing(int promised)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Math.Min(promised, FirstPiece));
        int filled = ReadUpTo(buffer);
        while (filled == buffer.Length && filled < promised)
        {
            Array.Resize(ref buffer, (int)Math.Min(promised, 2L * buffer.Length));
            filled += ReadUpTo(buffer.AsSpan(filled));
        }

        return filled == buffer.Length ? buffer : buffer[..filled];
    }

    /// <summary>Fails unless the file ends exactly here, in both its uncompressed and its stored form.</summary>
    public void ExpectEnd()
    {
        long end = Offset;
        if (ReadUpTo(stackalloc byte[1]) != 0)
        {
            throw Fault(end, "bytes follow after the last value that the header promises");
        }

        gzip?.ExpectEnd();
    }

    public UserErrorException Fault(long offset, string what) =>
        new($"{name}: byte {offset}: {what}; replace the file with a good copy");

    public void Dispose() => gzip?.Dispose();
}
