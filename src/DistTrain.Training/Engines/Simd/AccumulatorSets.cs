using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>Sums that several threads add to, each to a set of its own, and the sum of the sets.</summary>
/// <param name="length">Of a set; whole <see cref="Block">blocks</see>.</param>
internal sealed unsafe class AccumulatorSets(int sets, int length)
{
    private readonly AlignedFloats values = new(checked(sets * length));

    public float* First(int set) => values.First + ((nint)set * length);

    public void Clear(int set) => values.Values.Slice(set * length, length).Clear();

    /// <summary>
    /// Adds the first sets up by a tree, number i and i + 1, then i and i + 2, and so on. A set of zeros changes nothing, so the bits do not depend on
    /// how many of them there are besides.
    /// </summary>
    /// <returns>The first set, which holds the sum now.</returns>
    public float* Sum<TLanes>(int count)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int gap = 1; gap < count; gap *= 2)
        {
            for (int set = 0; set + gap < count; set += 2 * gap)
            {
                Add<TLanes>(First(set), First(set + gap));
            }
        }

        return values.First;
    }

    private void Add<TLanes>(float* to, float* from)
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint i = 0; i < length; i += TLanes.Count)
        {
            (TLanes.Load(to + i) + TLanes.Load(from + i)).Store(to + i);
        }
    }
}
