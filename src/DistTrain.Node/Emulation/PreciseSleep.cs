using System.Diagnostics;
using DistTrain.Node.Linux;

namespace DistTrain.Node.Emulation;

/// <summary>
/// Sleeps to within some 20 us, where <see cref="Thread.Sleep(TimeSpan)"/> counts whole milliseconds. For one thread at a time.
/// </summary>
/// <remarks>
/// The kernel wakes a thread late every time, by 0.05 ms of timer slack and what a halted processor takes to come back. The
/// least that was seen of late is asked for less. What a thread waits for a core that others have is more than that, and stays.
/// </remarks>
internal sealed class PreciseSleep
{
    private static readonly TimeSpan Rise = TimeSpan.FromMicroseconds(5);

    private TimeSpan lateness = TimeSpan.FromMicroseconds(50);

    /// <summary>Never shorter than asked for.</summary>
    public void For(TimeSpan duration)
    {
        long began = Stopwatch.GetTimestamp();
        TimeSpan asked = duration - lateness;
        if (asked > TimeSpan.Zero)
        {
            KernelSleep.For(asked);
            TimeSpan late = Stopwatch.GetElapsedTime(began) - asked;

            // It falls at once and rises by little.
            lateness = late < lateness + Rise ? late : lateness + Rise;
        }

        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            Thread.SpinWait(20);
        }
    }
}
