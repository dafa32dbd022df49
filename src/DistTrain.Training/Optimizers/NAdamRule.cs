using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>NAdam for a vector of elements, with the scalars of one update in all lanes.</summary>
/// <param name="scalars">Of this update.</param>
internal readonly struct NAdamRule<TLanes>(NAdamScalars scalars) : IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly AdamMoments<TLanes> moments = new(scalars.Moments);
    private readonly TLanes gradientStep = TLanes.Of(scalars.GradientStep);
    private readonly TLanes momentStep = TLanes.Of(scalars.MomentStep);

    public static Moments Moments => Moments.Both;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Next(TLanes weight, TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment)
    {
        TLanes denominator = moments.Take(gradient, ref firstMoment, ref secondMoment);
        return weight - (((gradient * gradientStep) + (firstMoment * momentStep)) / denominator);
    }
}
