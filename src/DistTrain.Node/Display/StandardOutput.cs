using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Node.Display;

/// <summary>
/// Standard output that notices when its reader has gone. The console's own stream drops what it then gets, and a
/// <c>watch | head</c> would go on unseen until the run ends.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int BrokenPipe = 32;
    private readonly FileStream file;

    private StandardOutput(FileStream file) => this.file = file;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static TextWriter Open()
    {
        // A terminal's reader cannot go without a signal, and there the console's stream knows the terminal's ways.
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.Out;
        }

        try
        {
            var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

            // A file has no reader that could go, and a FileStream would write at its own position, over what others append.
            return file.CanSeek ? Console.Out : TextWriter.Synchronized(new StreamWriter(new StandardOutput(file), new UTF8Encoding(false)) { AutoFlush = true });
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return Console.Out;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (IOException error) when (error.HResult == BrokenPipe)
        {
            throw new OutputClosedException(error);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
