namespace DistTrain.Training.Engines;

/// <summary>
/// Computes gradients of one model. An engine holds scratch memory and is used by one thread at a time; the same
/// weights and batch give the same bits, whichever instance or process computes them.
/// </summary>
public interface IGradientEngine : IDisposable
{
    /// <summary>For people: which engine, and what of the processor it uses. Nothing depends on it.</summary>
    string Name { get; }

    /// <summary>Length of the flat parameter vector.</summary>
    int ParameterCount { get; }

    /// <summary>
    /// Writes the <b>sum</b> over the batch of the loss gradient (not the mean) into <paramref name="gradientSum"/>.
    /// An empty batch gives zeros. Dropout is drawn from the batch's <see cref="Batch.Dropout"/>.
    /// </summary>
    /// <param name="weights">Flat parameter vector, read only.</param>
    /// <param name="batch">Normalised inputs and labels.</param>
    /// <param name="gradientSum">Overwritten; same length and layout as the weights.</param>
    /// <exception cref="ArgumentException">The model has dropout, and the batch has no key to draw it from.</exception>
    GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum);

    /// <summary>Forward pass alone, in evaluation mode, which knows no dropout: loss sum and number correct.</summary>
    GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch);
}

/// <param name="Count">Samples in the batch.</param>
/// <param name="LossSum">Sum of the per-sample losses.</param>
/// <param name="Correct">Samples whose largest output is the label's.</param>
/// <param name="Skipped">Samples that were left out of the gradient, as their loss is below <see cref="Models.ModelDescription.SkipLossBelow"/>.</param>
public readonly record struct GradientResult(int Count, double LossSum, int Correct, int Skipped = 0);
