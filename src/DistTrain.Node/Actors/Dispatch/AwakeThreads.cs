using System.Diagnostics;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>Counts the threads of one dispatcher that are not asleep.</summary>
/// <param name="processors">Of this process.</param>
/// <param name="spin">How long a thread without work stays awake for more.</param>
internal sealed class AwakeThreads(int processors, TimeSpan spin)
{
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>Whether each can have a processor for itself, as far as this process knows.</summary>
    public bool HaveProcessors => Count <= processors;

    /// <summary>In ticks of <see cref="Stopwatch"/>.</summary>
    public long Spin { get; } = (long)(spin.TotalSeconds * Stopwatch.Frequency);

    public void Enter() => Interlocked.Increment(ref count);

    public void Leave() => Interlocked.Decrement(ref count);
}
