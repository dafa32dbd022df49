using DistTrain.Tests.Engines.Simd;
using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

/// <summary>Models of the menu on every engine that covers them. LeNet-5 and perceptrons of grey images have tests of their own.</summary>
public sealed class ModelGradientTests
{
    public static TheoryData<string, string, string, string> Models => new()
    {
        { "linear", "modern", "auto", "simd" },
        { "linear", "modern", "auto", "torch" },
        { "linear:3x8x8-10", "modern", "auto", "simd" },
        { "mlp:3x8x8-40-10", "classic", "auto", "simd" },
        { "mlp:3x8x8-40-10", "modern", "auto", "torch" },
        { "cnn", "modern", "auto", "torch" },
        { "cnn", "classic", "auto", "torch" },
        { "cnn:1x12x8-10", "modern", "auto", "torch" },
        { "autoencoder", "modern", "auto", "simd" },
        { "autoencoder:40-10", "classic", "auto", "torch" },
        { "autoencoder:3x8x8-20", "modern", "auto", "torch" },
        { "autoencoder:3x8x8-20", "modern", "auto", "simd" },
        { "autoencoder", "modern", "bce", "torch" },
        { "autoencoder:64-16", "modern", "bce", "simd" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradient_is_the_slope_of_the_loss_in_float64(string name, string variant, string loss, string engine)
    {
        ModelDescription model = Find(name, variant, loss);
        float[] weights = SimdModels.Trained(model, steps: 5);
        Batch batch = RandomImages.Batch(6, seed: 2, model.Shape);
        float[] gradient = new float[weights.Length];
        using IGradientEngine computing = new EngineFactory(engine, 1).Create(model);

        computing.ComputeGradient(weights, batch, gradient);

        // Along the gradient itself the loss changes most; along one tensor's part of it, that tensor is judged by itself.
        foreach (ParameterTensor tensor in model.Layout.Tensors)
        {
            float[] part = new float[gradient.Length];
            gradient.AsSpan(tensor.Offset, tensor.Length).CopyTo(part.AsSpan(tensor.Offset));
            double norm = Math.Sqrt(part.Sum(value => (double)value * value));
            Assert.True(norm > 0, tensor.Name);
            Assert.Equal(norm, Float64Network.Slope(model, weights, part, batch), norm * 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Fifty_steps_of_descent_lower_the_loss(string name, string variant, string loss, string engine)
    {
        ModelDescription model = Find(name, variant, loss);
        float[] weights = SimdModels.Initial(model, seed: 3);
        float[] gradient = new float[weights.Length];
        Batch batch = RandomImages.Batch(8, seed: 7, model.Shape);
        using IGradientEngine computing = new EngineFactory(engine, 1).Create(model);
        double before = computing.Evaluate(weights, batch).LossSum;
        for (int step = 0; step < 50; step++)
        {
            // Of one length each, whatever the scale of the loss.
            computing.ComputeGradient(weights, batch, gradient);
            float rate = 0.1f / (float)Math.Sqrt(gradient.Sum(value => (double)value * value));
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] -= rate * gradient[i];
            }
        }

        double after = computing.Evaluate(weights, batch).LossSum;
        Assert.True(after < 0.99 * before, $"{before} became {after}");
    }

    private static ModelDescription Find(string name, string variant, string loss) =>
        ModelCatalog.Find(name, new NetworkOptions { Variant = variant, Loss = NetworkNames.Loss(loss) });
}
