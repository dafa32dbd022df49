using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;

namespace DistTrain.Node.Trained;

/// <summary>The outputs of a trained model for images. Used by one thread at a time.</summary>
internal sealed class Inference : IDisposable
{
    private const int BatchSize = 250;

    private readonly TrainedModel trained;
    private readonly PixelNormalisation normalisation;
    private readonly IPredictor engine;

    /// <param name="threads">Of the engine.</param>
    public Inference(TrainedModel trained, PixelNormalisation normalisation, int threads)
    {
        this.trained = trained;
        this.normalisation = normalisation;
        engine = new EngineFactory(trained.Checkpoint.Job.Engine, threads).CreatePredictor(trained.Model);
    }

    /// <summary>Values for one image.</summary>
    public int Outputs => trained.Model.Outputs;

    /// <summary>Logits of all images, N x outputs.</summary>
    /// <exception cref="UserErrorException">The images do not fit the model, or the model's weights are of no use.</exception>
    public float[] Logits(LabelledImages images, CancellationToken cancellation)
    {
        trained.Model.RequireFits(images);
        float[] logits_NK = new float[checked(images.Count * Outputs)];
        var batch = new Batch(images, normalisation.Mean, normalisation.StandardDeviation, Math.Min(BatchSize, Math.Max(1, images.Count)));
        for (int start = 0; start < images.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, images.Count - start);
            batch.Fill(images, [.. Enumerable.Range(start, count)]);
            Predict(batch, logits_NK.AsSpan(start * Outputs, count * Outputs));
        }

        return logits_NK;
    }

    public void Dispose() => engine.Dispose();

    private void Predict(Batch batch, Span<float> logits_NK)
    {
        try
        {
            engine.Predict(trained.Checkpoint.Weights, batch, logits_NK);
        }
        catch (NonFiniteLossException bad)
        {
            throw new UserErrorException($"{trained.Path}: its weights give outputs that are not finite numbers; use another checkpoint", bad);
        }
    }
}
