namespace DistTrain.Node.Actors.Dispatch;

/// <summary>Counts the threads of one dispatcher that are not asleep.</summary>
internal sealed class AwakeThreads(int processors)
{
    private int count;

    /// <summary>Whether each can have a processor for itself, as far as this process knows.</summary>
    public bool HaveProcessors => Volatile.Read(ref count) <= processors;

    public void Enter() => Interlocked.Increment(ref count);

    public void Leave() => Interlocked.Decrement(ref count);
}
