using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>(y - t)^2 with y = sigmoid(z), whose gradient is 2 (y - t) y (1 - y).</summary>
internal readonly struct PixelSquaredError : IPixelLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes>(TLanes z, TLanes t, ref TLanes sum, ref TLanes product)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes y = default(Sigmoid).Apply(z);
        TLanes difference = y - t;
        sum = TLanes.MultiplyAdd(difference, difference, sum);
        return default(Sigmoid).Back(difference + difference, y);
    }

    public static double Finish(float sum, float product) => sum;
}
