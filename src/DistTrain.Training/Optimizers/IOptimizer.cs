namespace DistTrain.Training.Optimizers;

/// <summary>
/// One update of a range of the weights. Element-wise: the result for an element does not depend on the range it is
/// updated in, nor on the width of the processor's vectors, so any partitioning gives the same bits.
/// </summary>
public interface IOptimizer
{
    /// <summary>Computes the weights after one update; all spans have one length.</summary>
    /// <param name="update">Number of this update, from 1 on (t in Adam's paper).</param>
    /// <param name="learningRate">Resolved for this update by the schedule.</param>
    /// <param name="weights">Before the update.</param>
    /// <param name="gradientSum">Sum over the samples of the loss gradient.</param>
    /// <param name="sampleCount">Divides the sum.</param>
    /// <param name="firstMoment">Read and replaced.</param>
    /// <param name="secondMoment">Read and replaced.</param>
    /// <param name="updated">Weights after the update; may be the same memory as <paramref name="weights"/>.</param>
    void Apply(
        long update,
        double learningRate,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> gradientSum,
        long sampleCount,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> updated);
}
