namespace DistTrain.Training.Buffers;

/// <summary>
/// Buffers of one length. Grows to the largest number ever in use at once and stays there, so a training loop in
/// its steady state allocates none.
/// </summary>
public sealed class BufferPool(int length) : IBufferSource, IBufferHome
{
    // Behind a lock: a concurrent stack allocates a node for every return.
    private readonly Stack<SharedBuffer> free = new();
    private readonly Lock gate = new();
    private int created;

    public int Length { get; } = length;

    /// <summary>How many buffers were ever made: the high-water mark of use.</summary>
    public int Created => Volatile.Read(ref created);

    public SharedBuffer Rent()
    {
        SharedBuffer? buffer;
        lock (gate)
        {
            free.TryPop(out buffer);
        }

        if (buffer is null)
        {
            Interlocked.Increment(ref created);
            buffer = new SharedBuffer(this, Length);
        }

        return buffer.Begin();
    }

    void IBufferHome.Return(SharedBuffer buffer)
    {
        lock (gate)
        {
            free.Push(buffer);
        }
    }
}
