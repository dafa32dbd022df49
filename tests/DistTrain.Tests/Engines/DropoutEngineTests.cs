using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

/// <summary>What both engines make of dropout; <c>SimdEngineGradientTests</c> compares them tensor by tensor.</summary>
public sealed class DropoutEngineTests
{
    private static readonly LabelledImages Images = RandomImages.Make(70, seed: 3);
    private static readonly int[] All = [.. Enumerable.Range(0, 70)];
    private static readonly NetworkOptions Half = new() { Dropout = 0.5 };

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Evaluation_knows_no_dropout(string engine)
    {
        using IGradientEngine with = Engine(engine, Half);
        using IGradientEngine without = Engine(engine, new NetworkOptions());
        float[] weights = Weights(with);
        Batch batch = RandomImages.Batch(Images, All);

        GradientResult training = with.ComputeGradient(weights, batch, new float[weights.Length]);
        GradientResult evaluation = with.Evaluate(weights, batch);

        Assert.Equal(without.Evaluate(weights, batch), evaluation);
        Assert.NotEqual(training.LossSum, evaluation.LossSum);
    }

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Equal_keys_give_equal_bits_and_any_other_key_others(string engine)
    {
        using IGradientEngine first = Engine(engine, Half);
        using IGradientEngine second = Engine(engine, Half);
        float[] weights = Weights(first);
        var key = new DropoutKey(Seed: 5, Update: 6, Shard: 1);
        float[] Gradient(IGradientEngine by, DropoutKey from)
        {
            var batch = new Batch(Images, RandomImages.Mean, RandomImages.StandardDeviation, All.Length);
            batch.Fill(Images, All, from);
            float[] gradient = new float[weights.Length];
            by.ComputeGradient(weights, batch, gradient);
            return gradient;
        }

        float[] expected = Gradient(first, key);

        Assert.NotEqual(expected, Gradient(second, key with { Update = 7 }));
        Assert.NotEqual(expected, Gradient(second, key with { Shard = 2 }));
        Assert.NotEqual(expected, Gradient(second, key with { Seed = 4 }));
        Assert.Equal(expected, Gradient(second, key));
        Assert.Equal(expected, Gradient(first, key));
    }

    /// <summary>In the mean over many masks, a kept unit's scale makes up for those that are dropped.</summary>
    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Bias_gradient_of_the_outputs_is_in_the_mean_that_without_dropout(string engine)
    {
        // Small outputs: softmax is nearly linear in them, so its mean is nearly that of the mean.
        using IGradientEngine with = Engine(engine, Half);
        using IGradientEngine without = Engine(engine, new NetworkOptions());
        float[] weights = Weights(with);
        weights.AsSpan(^330).Fill(1e-3f);
        double[] sum = new double[10];
        float[] gradient = new float[weights.Length];
        const int Masks = 40;
        for (int update = 0; update < Masks; update++)
        {
            var batch = new Batch(Images, RandomImages.Mean, RandomImages.StandardDeviation, All.Length);
            batch.Fill(Images, All, new DropoutKey(1, update, 0));
            with.ComputeGradient(weights, batch, gradient);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += gradient[^(10 - i)] / (double)Masks;
            }
        }

        without.ComputeGradient(weights, RandomImages.Batch(Images, All), gradient);
        Assert.All(sum.Zip(gradient[^10..]), pair => Assert.Equal(pair.Second, pair.First, 0.05));
    }

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Batch_without_a_key_is_refused(string engine)
    {
        using IGradientEngine with = Engine(engine, Half);
        float[] weights = Weights(with);
        var batch = new Batch(Images, RandomImages.Mean, RandomImages.StandardDeviation, 4);
        batch.Fill(Images, All.AsSpan(0, 4));

        Assert.Throws<ArgumentException>(() => with.ComputeGradient(weights, batch, new float[weights.Length]));
        Assert.Equal(4, with.Evaluate(weights, batch).Count);
    }

    private static ModelDescription Model(NetworkOptions options) => ModelCatalog.Find("mlp:784-40-32-10", options);

    private static IGradientEngine Engine(string engine, NetworkOptions options) => new EngineFactory(engine, 1).Create(Model(options));

    private static float[] Weights(IGradientEngine engine)
    {
        float[] weights = new float[engine.ParameterCount];
        Model(Half).Initialise(1, weights);
        return weights;
    }
}
