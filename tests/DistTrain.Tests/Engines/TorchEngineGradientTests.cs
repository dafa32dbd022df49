using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

public sealed class TorchEngineGradientTests
{
    private readonly EngineFactory engines = new("torch", threads: 1);

    [Theory]
    [InlineData("modern", 1)]
    [InlineData("modern", 7)]
    [InlineData("modern", 64)]
    [InlineData("classic", 1)]
    [InlineData("classic", 7)]
    [InlineData("classic", 64)]
    public void Gradient_of_a_batch_equals_plain_autograd_tensor_by_tensor(string variant, int samples)
    {
        ModelDescription model = ModelCatalog.Find("lenet5", variant);
        float[] weights = Initial(model, seed: 3);
        Batch batch = RandomImages.Batch(samples, seed: samples);
        float[] gradient = new float[weights.Length];

        using IGradientEngine engine = engines.Create(model);
        engine.ComputeGradient(weights, batch, gradient);

        using var plain = new PlainTorchLoop(variant == "modern", weights);
        float[][] expected = plain.GradientOfSum(batch.Inputs.ToArray(), batch.Labels.ToArray());
        foreach ((ParameterTensor tensor, float[] reference) in model.Layout.Tensors.Zip(expected))
        {
            Assert.InRange(RelativeDistance(reference, gradient.AsSpan(tensor.Offset, tensor.Length)), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("classic")]
    public void Halves_of_a_batch_sum_to_the_whole(string variant)
    {
        ModelDescription model = ModelCatalog.Find("lenet5", variant);
        float[] weights = Initial(model, seed: 5);
        var images = RandomImages.Make(64, seed: 9);
        using IGradientEngine engine = engines.Create(model);
        GradientResult Gradient(int from, int count, float[] into) =>
            engine.ComputeGradient(weights, RandomImages.Batch(images, [.. Enumerable.Range(from, count)]), into);

        float[] whole = new float[weights.Length];
        float[] first = new float[weights.Length];
        float[] second = new float[weights.Length];
        GradientResult all = Gradient(0, 64, whole);
        GradientResult a = Gradient(0, 27, first);
        GradientResult b = Gradient(27, 37, second);

        float[] sum = [.. first.Zip(second, (x, y) => x + y)];
        foreach (ParameterTensor tensor in model.Layout.Tensors)
        {
            Assert.InRange(RelativeDistance(whole.AsSpan(tensor.Offset, tensor.Length), sum.AsSpan(tensor.Offset, tensor.Length)), 0, 1e-5);
        }

        Assert.Equal(all.LossSum, a.LossSum + b.LossSum, 1e-3);
        Assert.Equal(all.Correct, a.Correct + b.Correct);
        Assert.Equal(64, a.Count + b.Count);
    }

    [Fact]
    public void Mlp_gradient_equals_a_finite_difference()
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-20-10", "classic");
        float[] weights = Initial(model, seed: 1);
        Batch batch = RandomImages.Batch(16, seed: 2);
        float[] gradient = new float[weights.Length];
        using IGradientEngine engine = engines.Create(model);
        engine.ComputeGradient(weights, batch, gradient);

        // Along the gradient itself the loss changes most, so the difference stands clear of rounding.
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        const double Step = 1e-2;
        double LossAt(double distance) =>
            engine.Evaluate([.. weights.Zip(gradient, (w, g) => (float)(w + (distance * g / norm)))], batch).LossSum;

        Assert.Equal(norm, (LossAt(Step) - LossAt(-Step)) / (2 * Step), norm * 2e-3);
    }

    [Fact]
    public void Empty_batch_gives_zeros()
    {
        float[] weights = Initial(LeNet5.Modern, seed: 1);
        float[] gradient = [.. Enumerable.Repeat(1f, weights.Length)];
        using IGradientEngine engine = engines.Create(LeNet5.Modern);

        GradientResult result = engine.ComputeGradient(weights, RandomImages.Batch(0, seed: 1), gradient);

        Assert.Equal(default, result);
        Assert.All(gradient, value => Assert.Equal(0f, value));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_reported_in_one_line(float bad)
    {
        float[] weights = Initial(LeNet5.Modern, seed: 1);
        weights[^1] = bad;
        using IGradientEngine engine = engines.Create(LeNet5.Modern);
        Batch batch = RandomImages.Batch(4, seed: 1);

        var error = Assert.Throws<NonFiniteLossException>(() => engine.ComputeGradient(weights, batch, new float[weights.Length]));

        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Batch_of_another_shape_is_refused()
    {
        using IGradientEngine engine = engines.Create(ModelCatalog.Find("mlp:16-2", "modern"));
        float[] weights = new float[engine.ParameterCount];

        Assert.Throws<ArgumentException>(() => engine.ComputeGradient(weights, RandomImages.Batch(2, seed: 1), weights));
    }

    private static float[] Initial(ModelDescription model, ulong seed)
    {
        float[] weights = new float[model.Layout.Count];
        model.Initialise(seed, weights);
        return weights;
    }

    private static double RelativeDistance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            size += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / size);
    }
}
