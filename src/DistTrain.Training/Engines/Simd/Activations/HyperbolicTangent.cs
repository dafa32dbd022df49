using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Activations;

/// <summary>
/// tanh x, with the slope 1 - y^2. With t = e^-2|x| - 1, which is exact near 0, tanh |x| is -t / (2 + t): nothing cancels, so y is
/// within four units in the last place everywhere, however small, and odd to the bit.
/// </summary>
internal readonly struct HyperbolicTangent : IActivation
{
    public static bool BackTakesInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Apply<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Of(0f);
        TLanes two = TLanes.Of(2f);
        TLanes negative = x < zero;
        TLanes t = Exponential.LessOne(TLanes.Select(negative, x, zero - x) * two);
        TLanes y = t / (two + t);
        return TLanes.Select(negative, y, zero - y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Back<TLanes>(TLanes gradient, TLanes kept)
        where TLanes : struct, ILanes<TLanes> => gradient * TLanes.MultiplyAdd(TLanes.Of(0f) - kept, kept, TLanes.Of(1f));
}
