namespace DistTrain.Training.Engines;

/// <summary>
/// Computes what a model says about each sample. Used by one thread at a time; the same weights and batch give the same bits, whichever
/// instance or process computes them.
/// </summary>
public interface IPredictor : IDisposable
{
    /// <summary>Forward pass alone, in evaluation mode.</summary>
    /// <param name="weights">Flat parameter vector, read only.</param>
    /// <param name="batch">Normalised inputs; labels must be classes of the model and change nothing.</param>
    /// <param name="logits">Overwritten: for each sample of the batch, in its order, N x classes, before softmax.</param>
    /// <exception cref="NonFiniteLossException">Weights, inputs or logits are not finite.</exception>
    void Predict(ReadOnlySpan<float> weights, Batch batch, Span<float> logits);
}
