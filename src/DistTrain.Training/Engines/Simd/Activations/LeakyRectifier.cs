using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Activations;

/// <summary>Leaky ReLU: x above 0, else slope times x; its slope at 0 is that below, as in PyTorch.</summary>
/// <param name="slope">From 0 to below 1, so that y has the sign of x.</param>
internal readonly struct LeakyRectifier(float slope) : IActivation
{
    public static bool BackTakesInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => TLanes.SelectGreater(x, TLanes.Of(0f), x, x * TLanes.Of(slope));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Back<TLanes>(TLanes gradient, TLanes kept)
        where TLanes : struct, ILanes<TLanes> => TLanes.SelectGreater(kept, TLanes.Of(0f), gradient, gradient * TLanes.Of(slope));
}
