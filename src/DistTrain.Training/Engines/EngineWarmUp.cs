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

    /// <summary>Computes a gradient of black images that nobody wants.</summary>
    /// <param name="samples">Those of a microbatch to come; more than 64 make no difference.</param>
    public static void Run(IGradientEngine engine, ModelDescription model, int samples)
    {
        int count = Math.Clamp(samples, 1, Most);
        var images = new LabelledImages(new byte[count * model.Shape.Size], new byte[count], model.Channels, model.Height, model.Width, Math.Max(1, model.Classes));
        var batch = new Batch(images, mean: 0, standardDeviation: 1, count);
        batch.Fill(images, [.. Enumerable.Range(0, count)], new DropoutKey(Seed: 0, Update: 1, Shard: 0));
        float[] weights = new float[engine.ParameterCount];
        model.Initialise(seed: 0, weights);
        _ = engine.ComputeGradient(weights, batch, new float[engine.ParameterCount]);
    }
}
