using System.Diagnostics;
using DistTrain.Node.Plane;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// A thread that takes parts of the gradients of its process's workers, on a processor that a worker of another process lends while it waits. It never runs
/// otherwise: it would take its own worker's processor.
/// </summary>
internal sealed class Borrower : IDisposable
{
    // As long as a worker looks around.
    private static readonly long Patience = Stopwatch.Frequency * 3 / 1_000;

    private readonly ISeat seat;
    private readonly WaitingThreads owners;
    private volatile bool ended;

    /// <summary>Begins.</summary>
    /// <param name="owners">Whose gradients it helps with.</param>
    public Borrower(ISeat seat, WaitingThreads owners)
    {
        this.seat = seat;
        this.owners = owners;
        new Thread(Work) { IsBackground = true, Name = "borrower" }.Start();
    }

    /// <summary>Has it end, after the part that it is at.</summary>
    public void Dispose()
    {
        ended = true;
        seat.Call();
    }

    private void Work()
    {
        owners.AddHelper();
        seat.Enter();
        while (!ended)
        {
            seat.AwaitCall();
            Help();
            seat.PassOn();
        }

        owners.RemoveHelper();
    }

    private void Help()
    {
        long now = Stopwatch.GetTimestamp();
        long end = now + Patience;
        while (!ended && now < end && seat.CanBorrow)
        {
            if (owners.HelpWithGradient())
            {
                end = Stopwatch.GetTimestamp() + Patience;
            }
            else
            {
                Thread.SpinWait(4);
            }

            // The lender looks after each part whether its wait is over.
            Thread.Yield();
            now = Stopwatch.GetTimestamp();
        }
    }
}
