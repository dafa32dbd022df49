using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>ReLU: the larger of x and 0; its slope at 0 is 0, as in PyTorch.</summary>
internal readonly struct Rectifier : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Of(0f);
        return TLanes.Select(x < zero, zero, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Back<TLanes>(TLanes gradient, TLanes y)
        where TLanes : struct, ILanes<TLanes> => gradient & (y > TLanes.Of(0f));
}
