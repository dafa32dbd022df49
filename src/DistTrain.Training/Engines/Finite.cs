using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines;

/// <summary>Looks for NaN and infinities. Maxima and comparisons may pass them over, so they are looked for before those.</summary>
internal static unsafe class Finite
{
    /// <param name="what">Such as <c>the weights</c>.</param>
    /// <param name="batch">That they were needed for.</param>
    /// <exception cref="NonFiniteLossException">Not all of them are finite.</exception>
    public static void Require(string what, ReadOnlySpan<float> values, Batch batch)
    {
        int index = IndexOfOther(values);
        if (index >= 0)
        {
            throw new NonFiniteLossException(what, index, values[index], batch.Count);
        }
    }

    /// <summary>Index of the first value that is not finite, or -1.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> values)
    {
        int i;
        fixed (float* first = values)
        {
            i = VectorWidth.Best switch
            {
                16 => WholeRounds<SixteenLanes>(first, values.Length),
                8 => WholeRounds<EightLanes>(first, values.Length),
                _ => WholeRounds<FourLanes>(first, values.Length),
            };
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>How many values, of the whole rounds of four vectors, need no other look: all, or none if one of them is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WholeRounds<TLanes>(float* values, int length)
        where TLanes : struct, ILanes<TLanes>
    {
        int w = TLanes.Count;
        int whole = length - (length % (4 * w));

        // Zero times a finite number is zero; times anything else it is NaN, which stays.
        TLanes zero = TLanes.Of(0f);
        TLanes a = zero;
        TLanes b = zero;
        TLanes c = zero;
        TLanes d = zero;
        for (int i = 0; i < whole; i += 4 * w)
        {
            a = TLanes.MultiplyAdd(zero, values + i, a);
            b = TLanes.MultiplyAdd(zero, values + i + w, b);
            c = TLanes.MultiplyAdd(zero, values + i + (2 * w), c);
            d = TLanes.MultiplyAdd(zero, values + i + (3 * w), d);
        }

        float* sums = stackalloc float[w];
        ((a + b) + (c + d)).Store(sums);
        for (int lane = 0; lane < w; lane++)
        {
            if (!float.IsFinite(sums[lane]))
            {
                return 0;
            }
        }

        return whole;
    }
}
