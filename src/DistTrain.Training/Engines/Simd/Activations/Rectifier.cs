using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Activations;

/// <summary>ReLU: the larger of x and 0; its slope at 0 is 0, as in PyTorch.</summary>
internal readonly struct Rectifier : IActivation
{
    public static bool BackTakesInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes> => TLanes.Max(TLanes.Of(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Back<TLanes>(TLanes gradient, TLanes kept)
        where TLanes : struct, ILanes<TLanes> => TLanes.SelectGreater(kept, TLanes.Of(0f), gradient, TLanes.Of(0f));
}
