namespace DistTrain.Training.Data.Idx;

/// <summary>
/// Feeds an inflater so that the position of the file tells where the deflate data ended. An inflater takes a
/// buffer at a time and does not say how much of the last one it used; here the last bytes of the file are handed
/// out one by one, and the inflater asks for no more once it is done. Reads stop before the trailer.
/// </summary>
internal sealed class ExactEndStream(Stream file, int trailer) : Stream
{
    /// <summary>A few bytes would do for a whole file; more let a message about appended bytes name the place.</summary>
    private const int OneByOne = 64;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        long left = file.Length - trailer - file.Position;
        if (left <= 0)
        {
            return 0;
        }

        long piece = left > OneByOne ? left - OneByOne : 1;
        return file.Read(buffer[..(int)Math.Min(buffer.Length, piece)]);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
