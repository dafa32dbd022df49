using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>Nesterov's momentum for a vector of elements, in the form of <c>torch.optim.SGD</c> with <c>nesterov</c>.</summary>
/// <param name="scalars">Of this update.</param>
internal readonly struct NesterovRule<TLanes>(NesterovScalars scalars) : IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes keep = TLanes.Of(scalars.Keep);
    private readonly TLanes learningRate = TLanes.Of(scalars.LearningRate);

    public static Moments Moments => Moments.First;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Next(TLanes weight, TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment)
    {
        firstMoment = (firstMoment * keep) + gradient;
        TLanes ahead = gradient + (firstMoment * keep);
        return weight - (ahead * learningRate);
    }
}
