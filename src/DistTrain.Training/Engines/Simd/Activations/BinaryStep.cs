using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines.Simd.Activations;

/// <summary>1 above 0, else 0; the gradient passes where |x| is at most 1: see <see cref="ActivationKind.Step"/>.</summary>
internal readonly struct BinaryStep : IActivation
{
    public static bool BackTakesInput => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => TLanes.SelectGreater(x, TLanes.Of(0f), TLanes.Of(1f), TLanes.Of(0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Back<TLanes>(TLanes gradient, TLanes kept)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Of(0f);
        return TLanes.SelectGreater(kept, TLanes.Of(1f), zero, TLanes.SelectGreater(TLanes.Of(-1f), kept, zero, gradient));
    }
}
