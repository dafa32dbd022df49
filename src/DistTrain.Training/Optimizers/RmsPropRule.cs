using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>RMSprop for a vector of elements.</summary>
/// <param name="scalars">Of this update.</param>
internal readonly struct RmsPropRule<TLanes>(RmsPropScalars scalars) : IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes keep = TLanes.Of(scalars.Keep);
    private readonly TLanes add = TLanes.Of(scalars.Add);
    private readonly TLanes learningRate = TLanes.Of(scalars.LearningRate);
    private readonly TLanes epsilon = TLanes.Of(scalars.Epsilon);

    public static Moments Moments => Moments.Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Next(TLanes weight, TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment)
    {
        secondMoment = (secondMoment * keep) + (gradient * gradient * add);
        return weight - (gradient * learningRate / (TLanes.Sqrt(secondMoment) + epsilon));
    }
}
