namespace DistTrain.Tests.Data;

/// <summary>Gives its bytes, then nothing until the gate opens or the reader gives up, then what is left.</summary>
internal sealed class StallingStream(byte[] before, byte[] after) : Stream
{
    private readonly TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] all = [.. before, .. after];
    private int position;

    /// <summary>Completes when the reader waits for more.</summary>
    public Task Stalled => stalled.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Open() => gate.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int end = before.Length;
        if (position >= before.Length)
        {
            stalled.TrySetResult();
            await gate.Task.WaitAsync(cancellationToken);
            end = all.Length;
        }

        int count = Math.Min(buffer.Length, end - position);
        all.AsMemory(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
