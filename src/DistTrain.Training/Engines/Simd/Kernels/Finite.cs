using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Looks for NaN and infinities, which have all exponent bits set.</summary>
internal static class Finite
{
    private const int Exponent = 0x7F800000;

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
