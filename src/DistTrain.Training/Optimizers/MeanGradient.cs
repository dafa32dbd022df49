using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>The mean over the samples, and the weight as it is.</summary>
internal readonly struct MeanGradient<TLanes>(float mean) : IGradientRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes mean = TLanes.Of(mean);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Gradient(TLanes gradientSum, TLanes weight) => gradientSum * mean;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Decayed(TLanes weight) => weight;
}
