using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines;

/// <summary>
/// The first gradient of a process takes 80 to 110 ms in place of one: kernels are compiled by what the processor can do, and libtorch sets itself up. That can be over before there is anything to
/// wait for it. No later result depends on it.
/// </summary>
public static class EngineWarmUp
{
    // A whole chunk of the simd engine: fewer samples go through narrower kernels.
    private const int Most = 64;

    // A logit that leaves a probability of e^-20 to the others.
    private const float Sure = 20;

    /// <summary>Computes a gradient of black images of two classes that nobody wants.</summary>
    /// <param name="samples">Those of a microbatch to come; more than 64 make no difference.</param>
    public static void Run(IGradientEngine engine, ModelDescription model, int samples)
    {
        int count = Math.Clamp(samples, 1, Most);
        int classes = Math.Max(1, model.Classes);
        byte[] labels = [.. Enumerable.Range(0, count).Select(sample => (byte)(sample % Math.Min(2, classes)))];
        var images = new LabelledImages(new byte[count * model.Shape.Size], labels, model.Channels, model.Height, model.Width, classes);
        var batch = new Batch(images, mean: 0, standardDeviation: 1, count);
        batch.Fill(images, [.. Enumerable.Range(0, count)], new DropoutKey(Seed: 0, Update: 1, Shard: 0));
        float[] weights = new float[engine.ParameterCount];
        model.Initialise(seed: 0, weights);
        if (model.Task == ModelTask.Classification)
        {
            // The first class wins: half of the samples have no loss, and are skipped where losses below a bound are.
            weights[^classes] = Sure;
        }

        _ = engine.ComputeGradient(weights, batch, new float[engine.ParameterCount]);

        // Augmented samples are scaled for an engine that takes bytes, too.
        batch.PrepareInputs();
    }
}
