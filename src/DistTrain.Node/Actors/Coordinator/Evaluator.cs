using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>Loss and accuracy on a test set. Used by one thread at a time.</summary>
internal sealed class Evaluator(IGradientEngine engine, ImageDataset data) : IDisposable
{
    private const int BatchSize = 250;

    private readonly Batch batch = new(data.Test, data.Mean, data.StandardDeviation, BatchSize);

    /// <summary>Sums over the whole test set, in its order.</summary>
    public GradientResult Evaluate(ReadOnlySpan<float> weights)
    {
        Span<int> samples = stackalloc int[BatchSize];
        double loss = 0;
        int correct = 0;
        for (int start = 0; start < data.Test.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, data.Test.Count - start);
            for (int i = 0; i < count; i++)
            {
                samples[i] = start + i;
            }

            batch.Fill(data.Test, samples[..count]);
            GradientResult part = engine.Evaluate(weights, batch);
            loss += part.LossSum;
            correct += part.Correct;
        }

        return new GradientResult(data.Test.Count, loss, correct);
    }

    public void Dispose() => engine.Dispose();
}
