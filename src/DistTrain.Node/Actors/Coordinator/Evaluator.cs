using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>Loss and accuracy on the test set, and on the validation set if there is one. Used by one thread at a time.</summary>
internal sealed class Evaluator(IGradientEngine engine, ImageDataset data) : IDisposable
{
    private const int BatchSize = 250;

    private readonly Batch batch = new(data.Test, data.Mean, data.StandardDeviation, BatchSize);

    /// <summary>Sums over the whole test set, in its order.</summary>
    public GradientResult Evaluate(ReadOnlySpan<float> weights) => Evaluate(weights, data.Test);

    /// <summary>Sums over the whole validation set, in its order; null if the job has none.</summary>
    public GradientResult? Validate(ReadOnlySpan<float> weights) => data.Validation is { } validation ? Evaluate(weights, validation) : null;

    public void Dispose() => engine.Dispose();

    private GradientResult Evaluate(ReadOnlySpan<float> weights, LabelledImages images)
    {
        Span<int> samples = stackalloc int[BatchSize];
        double loss = 0;
        int correct = 0;
        for (int start = 0; start < images.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, images.Count - start);
            for (int i = 0; i < count; i++)
            {
                samples[i] = start + i;
            }

            batch.Fill(images, samples[..count]);
            GradientResult part = engine.Evaluate(weights, batch);
            loss += part.LossSum;
            correct += part.Correct;
        }

        return new GradientResult(images.Count, loss, correct);
    }
}
