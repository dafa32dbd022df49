namespace DistTrain.Training.Optimizers;

/// <summary>
/// One update of a range of the weights. Element-wise: the result for an element does not depend on the range or block it is
/// updated in, nor on the width of the processor's vectors, so any partitioning gives the same bits.
/// </summary>
public interface IOptimizer
{
    /// <summary>What it keeps between updates; all zeros before the first.</summary>
    Moments Moments { get; }

    /// <summary>Begins an update: computes once what is the same for all of its blocks.</summary>
    /// <param name="update">Number of this update, from 1 on (t in Adam's paper).</param>
    /// <param name="learningRate">Resolved for this update by the schedule.</param>
    /// <param name="sampleCount">Divides the sum of the gradients.</param>
    /// <param name="clip">Multiplies the mean gradient besides: below 1 where its norm is too large, else 1.</param>
    void Begin(long update, double learningRate, long sampleCount, double clip = 1);

    /// <summary>Updates one block; each element once between two calls of <see cref="Begin"/>. Several threads may update blocks of one update.</summary>
    void Apply(in UpdateBlock block);
}
