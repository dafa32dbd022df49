using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>What an optimizer does to a weight, for a vector of them at a time. Rounds after every operation; no lane looks at another.</summary>
internal interface IUpdateRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="gradientSum">Over the samples, not divided yet.</param>
    /// <param name="firstMoment">Read and replaced.</param>
    /// <param name="secondMoment">Read and replaced.</param>
    /// <returns>The weight after the update.</returns>
    TLanes Next(TLanes weight, TLanes gradientSum, ref TLanes firstMoment, ref TLanes secondMoment);
}
