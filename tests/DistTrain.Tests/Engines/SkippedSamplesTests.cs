using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

/// <summary>Samples whose loss is below a bound have no gradient, with either engine; <c>SimdEngineGradientTests</c> compares them with a bound tensor by tensor.</summary>
public sealed class SkippedSamplesTests
{
    private const int Count = 200;
    private static readonly LabelledImages Images = RandomImages.Make(Count, seed: 31);

    public static TheoryData<string, string, string> Cases =>
    [
        .. new[] { "simd", "torch" }.SelectMany(engine => new (string, string, string)[]
        {
            (engine, "lenet5", "modern"), (engine, "lenet5", "classic"), (engine, "mlp:784-33-10", "modern"), (engine, "linear", "modern"), (engine, "autoencoder:65-9", "modern"),
        }),
        ("torch", "cnn:1x28x28-10", "modern"),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_is_that_of_the_other_samples_alone(string engine, string model, string variant)
    {
        float[] weights = Weights(model, variant);
        double[] losses = Losses(model, variant, weights);
        double[] ascending = [.. losses.Order()];
        foreach (int skipped in new[] { 1, Count / 2, Count - 20, Count - 1 })
        {
            double bound = (ascending[skipped - 1] + ascending[skipped]) / 2;
            int[] others = [.. All.Where(sample => losses[sample] >= bound)];
            (float[] gradient, GradientResult result) = Gradient(engine, Describe(model, variant, bound), weights, All);
            (float[] expected, _) = Gradient(engine, Describe(model, variant), weights, others);

            Assert.Equal(Count - skipped, others.Length);
            Assert.All(TensorByTensor.Distances(Describe(model, variant).Layout, expected, gradient), distance => Assert.InRange(distance, 0, 1e-5));

            // Losses and what is correct are of all samples nevertheless.
            Assert.Equal(Gradient(engine, Describe(model, variant), weights, All).Result with { Skipped = skipped }, result);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_sample_above_the_bound_gives_zeros(string engine, string model, string variant)
    {
        float[] weights = Weights(model, variant);

        (float[] gradient, GradientResult result) = Gradient(engine, Describe(model, variant, bound: 1000), weights, All);

        Assert.All(gradient, value => Assert.Equal(0f, value));
        Assert.Equal((Count, Count), (result.Count, result.Skipped));
        Assert.True(result.LossSum > 0);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_samples_above_the_bound_give_the_bits_without_one(string engine, string model, string variant)
    {
        float[] weights = Weights(model, variant);
        double least = Losses(model, variant, weights).Min();

        // torch adds losses up in another order if it has to look at each, and divides by the same numbers nevertheless.
        Assert.Equal(Gradient(engine, Describe(model, variant), weights, All).Values, Gradient(engine, Describe(model, variant, least / 2), weights, All).Values);
    }

    /// <summary>Chunks of 64 samples after one another, of which the first has nothing, less or more to add than those behind it.</summary>
    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Samples_may_be_kept_anywhere_in_the_batch(string engine)
    {
        float[] weights = Weights("lenet5", "modern");
        double[] losses = Losses("lenet5", "modern", weights);
        (double bound, int[][] orders) = Orders(losses);
        foreach (int[] order in orders)
        {
            float[] expected = Gradient(engine, Describe("lenet5", "modern"), weights, [.. order.Where(sample => losses[sample] >= bound)]).Values;
            float[] actual = Gradient(engine, Describe("lenet5", "modern", bound), weights, order).Values;

            Assert.All(TensorByTensor.Distances(Describe("lenet5", "modern").Layout, expected, actual), distance => Assert.InRange(distance, 0, 1e-5));
        }
    }

    [Theory]
    [InlineData("lenet5", 0)]
    [InlineData("mlp:784-65-33-10", 0.3)]
    public void Vectors_of_every_width_give_the_same_bits_wherever_samples_are_kept(string model, double dropout)
    {
        float[] weights = Weights(model, "modern");
        (double bound, int[][] orders) = Orders(Losses(model, "modern", weights));
        ModelDescription described = ModelCatalog.Find(model, new NetworkOptions { SkipLossBelow = bound, Dropout = dropout });
        float[][] gradients = [.. new[] { 4, 8, 16 }.Select(lanes =>
        {
            // One engine for all orders: each finds what the one before left behind.
            using var engine = new SimdEngine(described, lanes);
            return orders.SelectMany(order => Gradient(engine, weights, order).Values).ToArray();
        })];

        Assert.Equal(gradients[0], gradients[1]);
        Assert.Equal(gradients[0], gradients[2]);
    }

    /// <summary>A bound that skips half of the samples, and batches of them with those in different places.</summary>
    private static (double Bound, int[][] Orders) Orders(double[] losses)
    {
        int[] ascending = [.. All.OrderBy(sample => losses[sample])];
        int[] skipped = ascending[..100];
        int[] kept = ascending[100..];
        return ((losses[ascending[99]] + losses[ascending[100]]) / 2,
        [
            [.. skipped, .. kept], [.. kept, .. skipped], [.. skipped[..60], .. kept[..4], .. skipped[60..64], .. kept[4..64], .. kept[64..70]],
            [.. kept[..3], .. skipped[..61], .. kept[3..23], .. skipped[61..100], .. kept[23..28]],
        ]);
    }

    private static int[] All => [.. Enumerable.Range(0, Count)];

    private static double[] Losses(string model, string variant, float[] weights)
    {
        using IGradientEngine torch = new EngineFactory("torch", 1).Create(Describe(model, variant));
        return [.. All.Select(sample => torch.Evaluate(weights, RandomImages.Batch(Images, sample)).LossSum)];
    }

    private static (float[] Values, GradientResult Result) Gradient(string engine, ModelDescription model, float[] weights, int[] samples)
    {
        using IGradientEngine made = new EngineFactory(engine, 1).Create(model);
        return Gradient(made, weights, samples);
    }

    private static (float[] Values, GradientResult Result) Gradient(IGradientEngine engine, float[] weights, int[] samples)
    {
        float[] gradient = [.. Enumerable.Repeat(float.NaN, weights.Length)];
        GradientResult result = engine.ComputeGradient(weights, RandomImages.Batch(Images, samples), gradient);
        return (gradient, result);
    }

    private static float[] Weights(string model, string variant)
    {
        ModelDescription described = Describe(model, variant);
        float[] weights = new float[described.Layout.Count];
        described.Initialise(seed: 5, weights);
        return weights;
    }

    private static ModelDescription Describe(string model, string variant, double bound = 0) =>
        ModelCatalog.Find(model, new NetworkOptions { Variant = variant, SkipLossBelow = bound });
}
