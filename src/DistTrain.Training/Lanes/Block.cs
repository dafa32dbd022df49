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

    /// <summary>The sum of sixteen accumulators, as a tree: always the same additions.</summary>
    public static float Sum(float* accumulators)
    {
        Vector128<float> four = (Vector128.Load(accumulators) + Vector128.Load(accumulators + 8))
            + (Vector128.Load(accumulators + 4) + Vector128.Load(accumulators + 12));

        // Nothing but zeros makes a zero without a sign, whatever theirs are: kernels that skip products with zeros leave a zero that
        // came of an underflow its sign, and others do not.
        return (four[0] + four[2]) + (four[1] + four[3]) + 0f;
    }
}
