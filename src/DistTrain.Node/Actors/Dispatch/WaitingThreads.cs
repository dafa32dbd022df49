using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// Threads that look around for their next step, and meanwhile help the one that makes it possible. When the last gradient of a step
/// is there, all workers of the process wait for its update: those that are awake take parts of it.
/// </summary>
/// <remarks>
/// Each thread begins at a place of its own, the same every time, and goes on with whatever is left. So a part is usually done by
/// the thread that did it before, in whose cache its moments still are, and a thread that was held up leaves its parts to the others.
/// Nobody is woken to help, and nobody is waited for who has not begun.
/// </remarks>
internal sealed class WaitingThreads
{
    /// <summary>One bit of a word for each.</summary>
    public const int MostParts = 64;

    [ThreadStatic]
    private static int place;

    private readonly Lock gate = new();
    private readonly List<bool> places = [];
    private Words words;
    private IDividedWork work = Nothing.Instance;
    private ExceptionDispatchInfo? failure;
    private int busy;

    /// <summary>Whether a part waits for somebody to begin it.</summary>
    public bool HaveWork => Volatile.Read(ref words.Open) != 0;

    /// <summary>The calling thread is one of them from now on, until <see cref="Leave"/>.</summary>
    public void Join()
    {
        lock (gate)
        {
            place = places.IndexOf(false);
            if (place < 0)
            {
                place = places.Count;
                places.Add(false);
            }

            places[place] = true;
        }
    }

    /// <summary>For a thread that has joined.</summary>
    public void Leave()
    {
        lock (gate)
        {
            places[place] = false;
            place = 0;
            while (places is [.., false])
            {
                places.RemoveAt(places.Count - 1);
            }
        }
    }

    /// <summary>
    /// Does all parts, some of them on threads that wait. Returns when the last one is done; waits for nobody but who has begun one.
    /// While another thread's work is under way, the caller does its own alone.
    /// </summary>
    /// <exception cref="Exception">What a part threw, after all the others are done.</exception>
    public void Run(IDividedWork divided)
    {
        int parts = divided.Parts;
        if (parts == 1 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (int part = 0; part < parts; part++)
            {
                divided.Do(part);
            }

            return;
        }

        work = divided;
        words.Left = parts;
        Volatile.Write(ref words.Open, ulong.MaxValue >> (MostParts - parts));
        Help();
        var spin = default(SpinWait);
        while (Volatile.Read(ref words.Left) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        ExceptionDispatchInfo? failed = failure;
        work = Nothing.Instance;
        failure = null;
        Volatile.Write(ref busy, 0);
        failed?.Throw();
    }

    /// <summary>Does parts until none is left to begin.</summary>
    public void Help()
    {
        while (TryBegin(out int part))
        {
            try
            {
                work.Do(part);
            }
#pragma warning disable CA1031 // Whatever it is, it is for the one whose work this is.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }

            Interlocked.Decrement(ref words.Left);
        }
    }

    private bool TryBegin(out int part)
    {
        while (true)
        {
            ulong open = Volatile.Read(ref words.Open);
            if (open == 0)
            {
                part = -1;
                return false;
            }

            ulong onwards = open & (ulong.MaxValue << FirstPart());
            part = BitOperations.TrailingZeroCount(onwards == 0 ? open : onwards);
            ulong bit = 1UL << part;
            if ((Interlocked.And(ref words.Open, ~bit) & bit) != 0)
            {
                return true;
            }
        }
    }

    // Whoever has not joined begins at the first one, like the first that has. Where another joins or leaves meanwhile it may be any.
    private int FirstPart() => Math.Min(place * work.Parts / Math.Max(places.Count, 1), MostParts - 1);

    /// <summary>A cache line for each: one is looked at all the time, the other changes with every part.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Words
    {
        /// <summary>A bit for each part that nobody has begun.</summary>
        [FieldOffset(64)]
        public ulong Open;

        /// <summary>Parts that are not done yet.</summary>
        [FieldOffset(192)]
        public int Left;
    }

    private sealed class Nothing : IDividedWork
    {
        public static readonly Nothing Instance = new();

        public int Parts => 1;

        public void Do(int part)
        {
        }
    }
}
