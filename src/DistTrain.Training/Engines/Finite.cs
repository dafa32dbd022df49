using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Training.Engines;

/// <summary>Looks for NaN and infinities, which have all exponent bits set. Maxima and comparisons may pass them over, so they are looked for where they come in.</summary>
internal static class Finite
{
    private const int Exponent = 0x7F800000;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexOfOther(ReadOnlySpan<float> values)
    {
        int i = 0;
        Vector256<int> exponent = Vector256.Create(Exponent);
        for (; i + Vector256<int>.Count <= values.Length; i += Vector256<int>.Count)
        {
            Vector256<int> bits = Vector256.Create(values[i..]).AsInt32();
            if (Vector256.EqualsAny(bits & exponent, exponent))
            {
                break;
            }
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
}
