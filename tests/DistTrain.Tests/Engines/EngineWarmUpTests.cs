using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

public sealed class EngineWarmUpTests
{
    public static TheoryData<string, string, double> Jobs => new()
    {
        { "lenet5", "simd", 0.3 }, { "lenet5", "torch", 0.3 }, { "mlp:784-20-10", "simd", 0 }, { "autoencoder:16", "simd", 0 }, { "cnn", "torch", 0 },
    };

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Warm_engine_gives_the_bits_of_a_cold_one(string model, string engine, double dropout)
    {
        ModelDescription network = new JobSpec { Model = model, Engine = engine, Dropout = dropout }.Network();
        var factory = new EngineFactory(engine, threads: 1);
        using IGradientEngine warm = factory.Create(network), cold = factory.Create(network);

        EngineWarmUp.Run(warm, network, samples: 100);

        Assert.Equal(GradientOf(cold, network), GradientOf(warm, network));
    }

    private static float[] GradientOf(IGradientEngine engine, ModelDescription network)
    {
        var random = new Random(1);
        byte[] pixels = new byte[7 * network.Shape.Size];
        random.NextBytes(pixels);
        var images = new LabelledImages(pixels, new byte[7], network.Channels, network.Height, network.Width, Math.Max(1, network.Classes));
        var batch = new Batch(images, mean: 0.5f, standardDeviation: 0.5f, 7);
        batch.Fill(images, [0, 1, 2, 3, 4, 5, 6], new DropoutKey(1, 2, 3));
        float[] weights = new float[engine.ParameterCount];
        network.Initialise(seed: 1, weights);
        float[] gradient = new float[engine.ParameterCount];
        engine.ComputeGradient(weights, batch, gradient);
        Assert.Contains(gradient, value => value != 0);
        return gradient;
    }
}
