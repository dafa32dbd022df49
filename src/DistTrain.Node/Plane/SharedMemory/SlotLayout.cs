using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// Where things are in the memory that the two ends of a link share: a word for each slot, the ring of weights and a word for whether it is watched, each
/// word and entry in a cache line of its own; and then the slots, which hold a vector each. The first half of them goes up, from the worker; the others go down.
/// </summary>
/// <param name="length">Floats of a vector.</param>
internal readonly struct SlotLayout(int length)
{
    /// <summary>
    /// Of one direction. A worker adds up what it has, so that few of its gradients are under way at a time; and it keeps
    /// the weights of two versions while those of a third may be on their way.
    /// </summary>
    public const int Each = 4;

    public const int All = 2 * Each;

    /// <summary>Of all slots together. Vectors that would need more travel as they do between machines.</summary>
    private const long MostBytes = 1L << 30;

    private const int Line = SharedBuffer.Alignment;

    public int Length => length;

    public int VectorBytes => length * sizeof(float);

    public long Bytes => Offset(All);

    public bool IsReasonable => Bytes <= MostBytes;

    public static long WordOffset(int slot) => slot * Line;

    /// <summary>Of an entry of the ring: its number, and 8 bytes on the entry itself.</summary>
    public static long EntryOffset(long number) => WordOffset(All + (int)(number % Each));

    public static long WatchedOffset => WordOffset(All + Each);

    /// <summary>Of a vector. Not a whole page from one to the next, so that the same element of several does not meet in one set of the cache.</summary>
    public long Offset(int slot) => WatchedOffset + Line + (slot * ((((long)length * sizeof(float)) + Line - 1) & -Line));
}
