using System.Runtime.Intrinsics;

namespace DistTrain.Training.Lanes;

/// <summary>
/// Samples go through the convolutions in blocks of sixteen, whatever the width of a vector: sample n of a chunk adds
/// to accumulator n mod 16 of set n / 16. Narrower vectors take a block in parts. So each accumulator takes the same
/// numbers in the same order on every processor, and sums have the same bits.
/// </summary>
internal static unsafe class Block
{
    public const int Samples = 16;

    /// <summary>The same additions, lane by lane, of sixteen vectors one behind the other.</summary>
    public static TLanes Sum<TLanes>(float* accumulators)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes a = Four<TLanes>(accumulators);
        TLanes b = Four<TLanes>(accumulators + TLanes.Count);
        TLanes c = Four<TLanes>(accumulators + (2 * TLanes.Count));
        TLanes d = Four<TLanes>(accumulators + (3 * TLanes.Count));
        return (a + c) + (b + d) + TLanes.Of(0f);
    }

    /// <summary>The sum of sixteen accumulators, as a tree: always the same additions.</summary>
    public static float Sum(float* accumulators)
    {
        Vector128<float> four = (Vector128.Load(accumulators) + Vector128.Load(accumulators + 8))
            + (Vector128.Load(accumulators + 4) + Vector128.Load(accumulators + 12));

        // Nothing but zeros makes a zero without a sign, whatever theirs are: kernels that skip products with zeros leave a zero that
        // came of an underflow its sign, and others do not.
        return (four[0] + four[2]) + (four[1] + four[3]) + 0f;
    }

    private static TLanes Four<TLanes>(float* first)
        where TLanes : struct, ILanes<TLanes> =>
        (TLanes.Load(first) + TLanes.Load(first + (8 * TLanes.Count))) + (TLanes.Load(first + (4 * TLanes.Count)) + TLanes.Load(first + (12 * TLanes.Count)));
}
