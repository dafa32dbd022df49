using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>
/// A loss of the logits of [class][sample], in two halves: what needs exponentials goes by vectors of samples, the rest sample by sample
/// in double, which costs little beside it. <see cref="LossSum"/> does what all have in common.
/// </summary>
internal unsafe interface ILoss
{
    /// <summary>For a vector of samples; classes are <see cref="Chunk.Samples"/> floats apart.</summary>
    /// <param name="most">The largest logit of each sample.</param>
    /// <param name="gradient">Laid out like the logits; overwritten with whatever <see cref="Finish"/> wants to find there.</param>
    /// <returns>One value a sample for <see cref="Finish"/>.</returns>
    static abstract TLanes Begin<TLanes>(float* logits, int classes, TLanes most, float* gradient)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>The loss of one sample. Completes its gradient.</summary>
    /// <param name="most">Its largest logit.</param>
    /// <param name="begun">Its value of <see cref="Begin"/>.</param>
    static abstract double Finish(float* logits, int classes, int label, float most, float begun, float* gradient);
}
