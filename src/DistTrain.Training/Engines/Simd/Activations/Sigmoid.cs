using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Activations;

/// <summary>1 / (1 + e^-x), with the slope y (1 - y).</summary>
internal readonly struct Sigmoid : IActivation
{
    public static bool BackTakesInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes one = TLanes.Of(1f);
        return one / (one + Exponential.Of(TLanes.Of(0f) - x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Back<TLanes>(TLanes gradient, TLanes kept)
        where TLanes : struct, ILanes<TLanes> => gradient * (kept * (TLanes.Of(1f) - kept));
}
