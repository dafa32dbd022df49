using DistTrain.Node.Plane;
using DistTrain.Training.Sharing;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// Threads that look around for their next step, and meanwhile help those that keep it waiting: the thread that applies the update, and the workers that
/// are still at their gradients.
/// </summary>
/// <remarks>
/// Nobody is woken to help, and nobody is waited for who has not begun. Of the update each thread has a range of the parts, the same one every time, so
/// that what it needs is still in its cache: a part costs three times as much where the moments have to come from another core's. Parts whose thread has
/// not come, as it is asleep or busy, are for everybody. A gradient is its worker's, and who waits takes parts from its end.
/// </remarks>
internal sealed class WaitingThreads : IWorkSharing
{
    // Of a thread that has joined: it joins one object of this kind in its life. One that has not, such as a link's reader, counts as the first where
    // there are ranges, and shares nothing.
    [ThreadStatic]
    private static int place;

    [ThreadStatic]
    private static OpenWork? own;

    private readonly Lock gate = new();
    private readonly List<bool> places = [];
    private readonly OpenWork update = new(keepsRanges: true);
    private volatile OpenWork[] gradients = [];
    private int placeCount;
    private int busy;
    private int helpers;

    /// <summary>What the calling thread looks at itself while it waits; null for nothing.</summary>
    [field: ThreadStatic]
    public static ILookout? Lookout { get; set; }

    /// <summary>Whether a part waits for somebody to begin it.</summary>
    public bool HaveWork
    {
        get
        {
            bool found = update.HasParts;
            foreach (OpenWork gradient in gradients)
            {
                found |= gradient.HasParts;
            }

            return found;
        }
    }

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
            own = new OpenWork(keepsRanges: false);
            gradients = [.. gradients, own];
            Volatile.Write(ref placeCount, places.Count);
        }
    }

    /// <summary>For a thread that has joined.</summary>
    public void Leave()
    {
        lock (gate)
        {
            gradients = [.. gradients.Where(gradient => gradient != own)];
            own = null;
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
    /// Does all parts, some of them on threads that wait, each of which has a range of its own. Returns when the last one is done; waits for nobody but
    /// who has begun one. While another thread's such work is under way, the caller does its own alone.
    /// </summary>
    /// <exception cref="Exception">What a part threw, when nobody is at a part any more. The caller alone leaves out those that come after it.</exception>
    public void Run(IDividedWork work)
    {
        if (work.Parts == 1 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            DoAlone(work);
            return;
        }

        try
        {
            update.Run(work, Math.Max(Volatile.Read(ref placeCount), 1), place);
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    /// <summary>Does all parts in their order, while threads that wait take some from the end on. Returns when the last one is done.</summary>
    /// <inheritdoc cref="Run"/>
    public void Share(IDividedWork work)
    {
        if (work.Parts == 1 || own is not { } mine || (gradients.Length == 1 && Volatile.Read(ref helpers) == 0))
        {
            DoAlone(work);
        }
        else
        {
            mine.Run(work, count: 1, place: 0);
        }
    }

    /// <summary>A thread that has not joined will come to help with gradients, until <see cref="RemoveHelper"/>.</summary>
    public void AddHelper() => Interlocked.Increment(ref helpers);

    public void RemoveHelper() => Interlocked.Decrement(ref helpers);

    /// <summary>Does what it may of the update, or else one part of a gradient.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Help()
    {
        bool helped = false;
        while (update.TryDo(place))
        {
            helped = true;
        }

        return helped || HelpWithGradient();
    }

    /// <summary>Does one part of a gradient.</summary>
    /// <returns>Whether there was one.</returns>
    public bool HelpWithGradient()
    {
        OpenWork[] all = gradients;
        for (int i = 0; i < all.Length; i++)
        {
            // Not all begin with the same one.
            if (all[(place + 1 + i) % all.Length].TryDo(OpenWork.NoPlace))
            {
                return true;
            }
        }

        return false;
    }

    private static void DoAlone(IDividedWork work)
    {
        for (int part = 0; part < work.Parts; part++)
        {
            work.Do(part);
        }
    }
}
