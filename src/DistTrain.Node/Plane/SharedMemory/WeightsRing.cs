namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// The slots of weights that the server has given and the worker has not taken yet, in their order: a ring in the memory that both have, of one writer
/// and one reader. A worker that watches it is not told of what is new there.
/// </summary>
/// <remarks>
/// It has an entry for each slot, so one is never written over before it was read: of the slots that were given since, none can be free unless the reader,
/// who takes them in their order, has taken this one.
/// </remarks>
internal sealed class WeightsRing(SlotMemory memory)
{
    private long given;
    private long taken;

    /// <summary>By the server, of a slot that it has given away.</summary>
    /// <returns>Whether the worker has to be told.</returns>
    public bool Add(long version, int slot)
    {
        memory.Entry(given) = new Entry { Version = version, Slot = slot };
        Volatile.Write(ref memory.EntryNumber(given), given + 1);
        given++;

        // One of the two sees what the other has written: the worker the entry in its last look, or the server that it watches no more.
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref memory.Watched) == 0;
    }

    /// <summary>By the worker, one thread at a time: the next one that is there.</summary>
    public bool TryTake(out Entry entry)
    {
        if (Volatile.Read(ref memory.EntryNumber(taken)) != taken + 1)
        {
            entry = default;
            return false;
        }

        entry = memory.Entry(taken);
        taken++;
        return true;
    }

    /// <summary>By the worker: it looks from now on, without being told.</summary>
    public void Watch() => Volatile.Write(ref memory.Watched, 1);

    /// <summary>By the worker, who looks once more after that.</summary>
    public void WatchNoMore()
    {
        Volatile.Write(ref memory.Watched, 0);
        Interlocked.MemoryBarrier();
    }

    /// <summary>Weights in a slot. Whoever reads it has to check both: they are in memory that a peer writes.</summary>
    internal struct Entry
    {
        public long Version;
        public int Slot;
    }
}
