using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>Plain descent for a vector of elements.</summary>
/// <param name="scalars">Of this update.</param>
internal readonly struct SgdRule<TLanes>(SgdScalars scalars) : IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes learningRate = TLanes.Of(scalars.LearningRate);

    public static Moments Moments => Moments.None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Next(TLanes weight, TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment) => weight - (gradient * learningRate);
}
