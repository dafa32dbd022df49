using System.Diagnostics;
using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using DistTrain.Training.Sharing;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>Where one thread at a time lays its work open, so that others may take parts of it.</summary>
/// <param name="keepsRanges">A range of the parts that its thread has begun is left to that thread. Else whoever comes may take any part, from the last on.</param>
internal sealed class OpenWork(bool keepsRanges)
{
    /// <summary>The place of a thread that has no range.</summary>
    public const int NoPlace = int.MaxValue;

    // A part of an update takes 2 us or 3.
    private static readonly long Patience = Stopwatch.Frequency / 200_000;

    private Ranges ranges = new(1, 1);
    private Words words;
    private IDividedWork work = Nothing.Instance;
    private ExceptionDispatchInfo? failure;

    /// <summary>Whether a part waits for somebody to begin it.</summary>
    public bool HasParts => Volatile.Read(ref words.Open) != 0;

    /// <summary>Does all parts, and returns when the last one is done; waits for nobody but who has begun one. For one thread at a time.</summary>
    /// <param name="count">Ranges, of equal length, that the parts are cut into.</param>
    /// <param name="place">The calling thread's range.</param>
    /// <exception cref="Exception">What a part threw, after all the others are done.</exception>
    public void Run(IDividedWork divided, int count, int place)
    {
        int parts = divided.Parts;
        work = divided;
        ranges = new Ranges(parts, count);
        words.Left = parts;
        Volatile.Write(ref words.Open, ulong.MaxValue >> (IDividedWork.MostParts - parts));
        while (TryDo(place, alsoBegun: false))
        {
        }

        if (Volatile.Read(ref words.Left) != 0)
        {
            AwaitOthers(place);
        }

        ExceptionDispatchInfo? failed = failure;
        work = Nothing.Instance;
        failure = null;
        failed?.Throw();
    }

    /// <summary>Does a part that is the calling thread's, or free to all.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryDo(int place) => TryDo(place, alsoBegun: !keepsRanges);

    /// <summary>
    /// The other threads are at parts of their own, and next come to those of their ranges that nobody has begun; unless the kernel has taken their
    /// processor from them.
    /// </summary>
    private void AwaitOthers(int place)
    {
        long patient = Stopwatch.GetTimestamp() + Patience;
        var spin = default(SpinWait);
        while (Volatile.Read(ref words.Left) != 0)
        {
            if (!HasParts || Stopwatch.GetTimestamp() < patient || !TryDo(place, alsoBegun: true))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <param name="alsoBegun">Parts of ranges that their threads have begun are free too.</param>
    private bool TryDo(int place, bool alsoBegun)
    {
        while (true)
        {
            ulong open = Volatile.Read(ref words.Open);
            if (open == 0)
            {
                return false;
            }

            ulong own = open & ranges.Of(place);
            ulong others = own != 0 ? 0 : open & (alsoBegun ? ulong.MaxValue : ranges.NotBegun(open));
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

        private static ulong Below(int part) => part >= IDividedWork.MostParts ? ulong.MaxValue : (1UL << part) - 1;
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
