using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>1 / (1 + e^-x), with the slope y (1 - y).</summary>
internal readonly struct Sigmoid : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes one = TLanes.Of(1f);
        return one / (one + Exponential.Of(TLanes.Of(0f) - x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Back<TLanes>(TLanes gradient, TLanes y)
        where TLanes : struct, ILanes<TLanes> => gradient * (y * (TLanes.Of(1f) - y));
}
