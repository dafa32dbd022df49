using System.Diagnostics;
using DistTrain.Node.Linux;
using DistTrain.Node.Plane;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// Lets one thread sleep until another rings. Rings while it is awake count as one. On Linux a word in memory and the
/// kernel's futex: ringing at a thread that is awake is one exchange, waking one a single call of the kernel.
/// </summary>
/// <param name="awake">Counts this thread while it is awake.</param>
/// <param name="waiting">Whom it helps while it looks around.</param>
internal sealed class Doorbell(AwakeThreads awake, WaitingThreads waiting)
{
    private const int Quiet = 0;
    private const int Rung = 1;
    private const int Asleep = -1;

    // A third of a microsecond, or two where there is memory to look into; whoever else wants this processor gets it after that.
    private const int LooksBeforeYield = 8;

    // By then another thread has had its turn.
    private static readonly long ShortYield = Stopwatch.Frequency / 50_000;

    // What handing on a push and its weights takes from this processor is less; another worker's gradient is more.
    private static readonly long LongYield = Stopwatch.Frequency * 3 / 10_000;

    // As short as the kernel can: whom it wakes it puts on a processor that has nothing to do, if there is one.
    private static readonly TimeSpan Nap = TimeSpan.FromMicroseconds(1);

    // Where no processor is idle a nap gains nothing, and costs the time until it wakes.
    private static readonly long BetweenNaps = Stopwatch.Frequency / 50;

    // Pinned, since the kernel knows it by its address; long enough to have a cache line for itself.
    private readonly int[] words = GC.AllocateArray<int>(48, pinned: true);

    // Where there is no futex.
    private readonly SemaphoreSlim? semaphore = Futex.IsAvailable ? null : new SemaphoreSlim(0);

    private long napped;

    private ref int State => ref words[16];

    public void Ring()
    {
        if (Interlocked.Exchange(ref State, Rung) != Asleep)
        {
            return;
        }

        if (semaphore is null)
        {
            Futex.Wake(ref State);
        }
        else
        {
            semaphore.Release();
        }
    }

    /// <summary>Returns at once if it has rung since the last call. For one thread.</summary>
    public void Wait()
    {
        if (LookAround() || Interlocked.CompareExchange(ref State, Asleep, Quiet) != Quiet)
        {
            BeQuiet();
            return;
        }

        awake.Leave();
        Sleep();
        awake.Enter();
        BeQuiet();
    }

    /// <summary>
    /// A full fence, as in <see cref="Ring"/>: the caller looks for work next, and that look must not come before this write. Else what was
    /// handed over in between could be missed, and its ring be wiped out.
    /// </summary>
    private void BeQuiet() => Interlocked.Exchange(ref State, Quiet);

    private bool LookAround()
    {
        if (WaitingThreads.Lookout is not { } lookout)
        {
            return Spin(null);
        }

        lookout.Begin();
        try
        {
            return Spin(lookout);
        }
        finally
        {
            // It may ring yet, which is seen before the thread sleeps.
            lookout.End();
        }
    }

    /// <summary>
    /// Whether it rang within <see cref="AwakeThreads.Spin"/>, from the last part of others' work on. Only while nobody else wants this processor: the threads
    /// of this process are counted, and one of another process shows in how long a yield to it takes.
    /// </summary>
    private bool Spin(ILookout? lookout)
    {
        long now = Stopwatch.GetTimestamp();
        long end = now + awake.Spin;
        bool free = false;
        while (Volatile.Read(ref State) != Rung)
        {
            if (!awake.HaveProcessors || now > end)
            {
                return false;
            }

            if (Look(lookout))
            {
                return true;
            }

            if (waiting.Help())
            {
                // Who can help has not waited in vain: the ring that it waits for may be far off, but each part brings it nearer.
                now = Stopwatch.GetTimestamp();
                end = now + awake.Spin;
                continue;
            }

            long yielded = Stopwatch.GetTimestamp();
            Thread.Yield();
            now = Stopwatch.GetTimestamp();
            if (!free && now - yielded < ShortYield)
            {
                free = true;
                lookout?.ProcessorIsFree();
            }

            if (now - yielded > LongYield)
            {
                lookout?.Look();
                if (Volatile.Read(ref State) != Rung)
                {
                    return false;
                }

                MoveOver(now);
                return true;
            }
        }

        return true;
    }

    /// <summary>Whether it rang within a few looks; fewer if others' work waits for somebody.</summary>
    private bool Look(ILookout? lookout)
    {
        for (int looks = LooksBeforeYield; ; looks--)
        {
            lookout?.Look();
            if (Volatile.Read(ref State) == Rung)
            {
                return true;
            }

            if (looks == 0 || waiting.HaveWork)
            {
                return false;
            }

            Thread.SpinWait(1);
        }
    }

    /// <summary>
    /// When it has rung during a long yield: there is work again, but another has some on this processor too. Two workers that the kernel
    /// has put on one processor stay there for many steps otherwise, as neither ever sleeps.
    /// </summary>
    private void MoveOver(long now)
    {
        if (now - napped > BetweenNaps)
        {
            napped = now;
            KernelSleep.For(Nap);
        }
    }

    private void Sleep()
    {
        if (semaphore is not null)
        {
            semaphore.Wait();
            return;
        }

        // It also returns for no reason, such as a signal.
        while (Volatile.Read(ref State) == Asleep)
        {
            Futex.Wait(ref State, Asleep);
        }
    }
}
