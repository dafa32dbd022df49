using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>The moments of <see cref="Adam"/> and <see cref="NAdam"/> for a vector of elements, with the scalars of one update in all lanes.</summary>
/// <param name="scalars">Of this update.</param>
internal readonly struct AdamMoments<TLanes>(AdamMomentScalars scalars)
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes keep1 = TLanes.Of(scalars.Keep1);
    private readonly TLanes add1 = TLanes.Of(scalars.Add1);
    private readonly TLanes keep2 = TLanes.Of(scalars.Keep2);
    private readonly TLanes add2 = TLanes.Of(scalars.Add2);
    private readonly TLanes correction2 = TLanes.Of(scalars.Correction2);
    private readonly TLanes epsilon = TLanes.Of(scalars.Epsilon);

    /// <summary>Takes a gradient into the moments.</summary>
    /// <returns>What the step is divided by.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Take(TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment)
    {
        firstMoment = (firstMoment * keep1) + (gradient * add1);
        secondMoment = (secondMoment * keep2) + (gradient * gradient * add2);
        return (TLanes.Sqrt(secondMoment) * correction2) + epsilon;
    }
}
