using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>The mean over the samples, clipped, plus the gradients of the penalties; and the weight after its decay.</summary>
internal readonly struct PenalisedGradient<TLanes>(in GradientScalars scalars) : IGradientRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes mean = TLanes.Of(scalars.Mean);
    private readonly TLanes clip = TLanes.Of(scalars.Clip);
    private readonly TLanes l1 = TLanes.Of(scalars.L1);
    private readonly TLanes l2 = TLanes.Of(scalars.L2);
    private readonly TLanes keep = TLanes.Of(scalars.Keep);

    /// <summary>The sign of 0 is 0, as in PyTorch: no subgradient pulls a weight away from where L1 wants it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Gradient(TLanes gradientSum, TLanes weight)
    {
        TLanes zero = TLanes.Of(0);
        TLanes towardsZero = (l1 & (weight > zero)) - (l1 & (weight < zero));
        return (gradientSum * mean * clip) + (weight * l2) + towardsZero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Decayed(TLanes weight) => weight * keep;
}
