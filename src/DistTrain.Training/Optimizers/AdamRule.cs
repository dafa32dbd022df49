using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>Adam for a vector of elements, with the scalars of one update in all lanes.</summary>
/// <param name="scalars">Of this update.</param>
internal readonly struct AdamRule<TLanes>(AdamScalars scalars) : IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly AdamMoments<TLanes> moments = new(scalars.Moments);
    private readonly TLanes stepSize = TLanes.Of(scalars.StepSize);

    public static Moments Moments => Moments.Both;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Next(TLanes weight, TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment)
    {
        TLanes denominator = moments.Take(gradient, ref firstMoment, ref secondMoment);
        return weight - (firstMoment * stepSize / denominator);
    }
}
