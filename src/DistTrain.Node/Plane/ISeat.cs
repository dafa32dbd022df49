namespace DistTrain.Node.Plane;

/// <summary>
/// A worker's place among those of one machine, most of them in other processes, that lend each other their processors. A worker that waits for its next
/// step lends the one that it waits on; threads of workers that are still at their gradients run there meanwhile.
/// </summary>
public interface ISeat
{
    /// <summary>Whether another one lends a processor, while the worker itself does not wait.</summary>
    bool CanBorrow { get; }

    /// <summary>By the worker's thread, which waits: calls a borrower to the processor that it is on.</summary>
    void Lend();

    /// <summary>By the worker's thread, which waits no longer.</summary>
    void TakeBack();

    /// <summary>By the one thread that borrows for this worker, before the first <see cref="AwaitCall"/>.</summary>
    void Enter();

    /// <summary>Sleeps until somebody lends it a processor. Returns at once if it was called since the last time, and the first time; may return for no reason.</summary>
    void AwaitCall();

    /// <summary>By the thread that borrows and has nothing left to do: calls another worker's to the processor, if it is lent yet.</summary>
    void PassOn();

    /// <summary>Wakes the thread that borrows, by anyone of its process.</summary>
    void Call();
}
