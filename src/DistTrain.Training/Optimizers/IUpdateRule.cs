using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>What an optimizer does to a weight, for a vector of them at a time. Rounds after every operation; no lane looks at another.</summary>
internal interface IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>The moments that it reads and replaces; the others are neither loaded nor stored.</summary>
    static abstract Moments Moments { get; }

    /// <param name="gradient">Mean over the samples, with what penalties add.</param>
    /// <param name="firstMoment">Read and replaced.</param>
    /// <param name="secondMoment">Read and replaced.</param>
    /// <returns>The weight after the update.</returns>
    TLanes Next(TLanes weight, TLanes gradient, ref TLanes firstMoment, ref TLanes secondMoment);
}
