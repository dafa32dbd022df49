using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>
/// log(1 + e^z) - t z, whose gradient is sigmoid(z) - t. All of it by e^-|z|, which does not overflow; the logarithm is taken of the
/// product over many pixels at once.
/// </summary>
internal readonly struct PixelCrossEntropy : IPixelLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes>(TLanes z, TLanes t, ref TLanes sum, ref TLanes product)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Of(0f);
        TLanes one = TLanes.Of(1f);
        TLanes isNegative = z < zero;
        TLanes power = Exponential.Of(TLanes.Select(isNegative, z, zero - z));
        product *= one + power;
        sum = TLanes.MultiplyAdd(zero - t, z, sum) + TLanes.Select(isNegative, zero, z);
        return (TLanes.Select(isNegative, power, one) / (one + power)) - t;
    }

    public static double Finish(float sum, float product) => sum + Math.Log(product);
}
