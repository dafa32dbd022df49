using System.Diagnostics;
using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// Threads that look around for their next step, and meanwhile help the one that makes it possible. When the last gradient of a step
/// is there, all workers of the process wait for its update: those that are awake take parts of it.
/// </summary>
/// <remarks>
/// Each thread has a range of the parts, the same one every time, so that what it needs is still in its cache: a part costs three
/// times as much where the moments have to come from another core's. Parts whose thread has not come, as it is asleep or busy, are
/// for everybody. Nobody is woken to help, and nobody is waited for who has not begun.
/// </remarks>
internal sealed class WaitingThreads
{
    /// <summary>One bit of a word for each.</summary>
    public const int MostParts = 64;

    // A thread that has not joined, such as a link's reader, counts as the first.
    [ThreadStatic]
    private static int place;

    // A part takes 2 us or 3.
    private static readonly long Patience = Stopwatch.Frequency / 200_000;

    private readonly Lock gate = new();
    private readonly List<bool> places = [];
    private int placeCount;
    private Ranges ranges = new(1, 1);
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
            Volatile.Write(ref placeCount, places.Count);
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

            Volatile.Write(ref placeCount, places.Count);
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
        ranges = new Ranges(parts, Math.Max(Volatile.Read(ref placeCount), 1));
        words.Left = parts;
        Volatile.Write(ref words.Open, ulong.MaxValue >> (MostParts - parts));
        Help();
        AwaitOthers();

        ExceptionDispatchInfo? failed = failure;
        work = Nothing.Instance;
        failure = null;
        Volatile.Write(ref busy, 0);
        failed?.Throw();
    }

    /// <summary>Does parts that are the calling thread's, or whose thread has not come.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Help()
    {
        bool helped = false;
        while (TryBegin(ofAll: false))
        {
            helped = true;
        }

        return helped;
    }

    /// <summary>They are at parts of their own, and next come to those that nobody has begun; unless the kernel has taken their processor from them.</summary>
    private void AwaitOthers()
    {
        long patient = Stopwatch.GetTimestamp() + Patience;
        var spin = default(SpinWait);
        while (Volatile.Read(ref words.Left) != 0)
        {
            if (!HaveWork || Stopwatch.GetTimestamp() < patient || !TryBegin(ofAll: true))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <summary>Does one part.</summary>
    /// <param name="ofAll">Also one of a thread that is at others of its own.</param>
    private bool TryBegin(bool ofAll)
    {
        while (true)
        {
            ulong open = Volatile.Read(ref words.Open);
            ulong own = open & ranges.Of(place);
            ulong others = own != 0 ? 0 : open & (ofAll ? ulong.MaxValue : ranges.NotBegun(open));
            if ((own | others) == 0)
            {
                return false;
            }

            // One's own from the first on, those of others from the last, which they would come to last.
            int part = own != 0 ? BitOperations.TrailingZeroCount(own) : BitOperations.Log2(others);
            ulong bit = 1UL << part;
            if ((Interlocked.And(ref words.Open, ~bit) & bit) != 0)
            {
                Do(part);
                return true;
            }
        }
    }

    private void Do(int part)
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

    /// <summary>Which parts are whose. Read while another work is begun it may be torn, and then decides no more than who does a part.</summary>
    private readonly struct Ranges(int parts, int count)
    {
        /// <summary>A bit for each part of a place; none where it is beyond the last.</summary>
        public ulong Of(int range) => range >= count ? 0 : Below((range + 1) * parts / count) & ~Below(range * parts / count);

        /// <summary>Parts of the ranges whose first part is still open.</summary>
        public ulong NotBegun(ulong open)
        {
            ulong parts = 0;
            for (int range = 0; range < count; range++)
            {
                ulong mine = Of(range);
                ulong first = mine & (~mine + 1);
                parts |= (open & first) != 0 ? mine : 0;
            }

            return parts;
        }

        private static ulong Below(int part) => part >= MostParts ? ulong.MaxValue : (1UL << part) - 1;
    }

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
