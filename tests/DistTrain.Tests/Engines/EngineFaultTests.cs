using DistTrain.Tests.Engines.Simd;
using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines;

/// <summary>Numbers that are none are reported by either engine, wherever they are, and never trained on.</summary>
public sealed class EngineFaultTests
{
    public static TheoryData<string, string> EnginesAndModels =>
        [.. new[] { "simd", "torch" }.SelectMany(engine => SimdModels.AllNames.Select(name => (engine, name)))];

    [Theory]
    [MemberData(nameof(EnginesAndModels))]
    public void Weight_that_is_not_finite_is_reported_wherever_it_is(string engine, string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        using IGradientEngine used = Engine(engine, model);
        Batch batch = RandomImages.Batch(4, seed: 1);
        float[] gradient = new float[weights.Length];
        foreach (int index in model.Layout.Tensors.SelectMany(tensor => new[] { tensor.Offset, tensor.Offset + tensor.Length - 1 }))
        {
            float whole = weights[index];
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                weights[index] = bad;
                var error = Assert.Throws<NonFiniteLossException>(() => used.ComputeGradient(weights, batch, gradient));
                Assert.Throws<NonFiniteLossException>(() => used.Evaluate(weights, batch));
                Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
                Assert.StartsWith("the weights", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }

            weights[index] = whole;
        }

        float[] afterwards = new float[weights.Length];
        float[] fresh = new float[weights.Length];
        using IGradientEngine other = Engine(engine, model);
        Assert.Equal(other.ComputeGradient(weights, batch, fresh), used.ComputeGradient(weights, batch, afterwards));
        Assert.Equal(fresh, afterwards);
    }

    /// <summary>In the first chunk of a batch and in the second, of which the last sample fills no vector.</summary>
    [Theory]
    [MemberData(nameof(EnginesAndModels))]
    public void Input_that_is_not_finite_is_reported_wherever_it_is(string engine, string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        using IGradientEngine used = Engine(engine, model);
        Batch batch = RandomImages.Batch(70, seed: 1);
        int pixels = batch.Inputs.Length / batch.Count;
        foreach (int index in (int[])[0, pixels - 1, 64 * pixels, batch.Inputs.Length - 1])
        {
            float whole = batch.Inputs[index];
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                batch.Inputs[index] = bad;
                var error = Assert.Throws<NonFiniteLossException>(() => used.ComputeGradient(weights, batch, new float[weights.Length]));
                Assert.StartsWith("the inputs", error.Message, StringComparison.Ordinal);
                Assert.Throws<NonFiniteLossException>(() => used.Evaluate(weights, batch));
            }

            batch.Inputs[index] = whole;
        }
    }

    /// <summary>Infinity less infinity within the network is NaN, which a maximum, a comparison or a step could pass over.</summary>
    [Theory]
    [MemberData(nameof(EnginesAndModels))]
    public void Overflow_on_the_way_is_reported(string engine, string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        ParameterTensor first = model.Layout.Tensors[0];
        weights.AsSpan(first.Offset, 3).Fill(float.MaxValue);
        weights.AsSpan(first.Offset + 3, 3).Fill(float.MinValue);
        using IGradientEngine used = Engine(engine, model);

        Assert.Throws<NonFiniteLossException>(() => used.ComputeGradient(weights, RandomImages.Batch(4, seed: 1), new float[weights.Length]));
    }

    /// <summary>Its exponential is zero, and no loss would show it.</summary>
    [Theory]
    [InlineData("simd", LossKind.CrossEntropy)]
    [InlineData("simd", LossKind.MeanSquaredError)]
    [InlineData("simd", LossKind.BinaryCrossEntropy)]
    [InlineData("torch", LossKind.CrossEntropy)]
    [InlineData("torch", LossKind.MeanSquaredError)]
    [InlineData("torch", LossKind.BinaryCrossEntropy)]
    public void Output_of_minus_infinity_is_reported(string engine, LossKind loss)
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-10", new NetworkOptions { Loss = loss });
        float[] weights = SimdModels.Initial(model, seed: 1);
        Batch batch = RandomImages.Batch(1, seed: 1);
        int other = batch.Labels[0] == 3 ? 4 : 3;
        for (int i = 0; i < 784; i++)
        {
            weights[(other * 784) + i] = -1e38f * MathF.Sign(batch.Inputs[i]);
        }

        using IGradientEngine used = Engine(engine, model);
        Assert.Throws<NonFiniteLossException>(() => used.Evaluate(weights, batch));
    }

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public void Overflow_on_the_way_back_is_reported(string engine)
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-16-16-10", "modern");
        float[] weights = SimdModels.Initial(model, seed: 1);

        // Small values go through large weights: the loss stays finite, the gradient of the first layer does not.
        foreach (ParameterTensor tensor in model.Layout.Tensors)
        {
            float scale = tensor.Name switch { "fc1.weight" => 1e-30f, "fc2.weight" => 1e30f, "fc3.weight" => 1e9f, _ => 0f };
            foreach (ref float weight in weights.AsSpan(tensor.Offset, tensor.Length))
            {
                weight *= scale;
            }
        }

        using IGradientEngine used = Engine(engine, model);
        Batch batch = RandomImages.Batch(64, seed: 1);
        Assert.True(double.IsFinite(used.Evaluate(weights, batch).LossSum));

        var error = Assert.Throws<NonFiniteLossException>(() => used.ComputeGradient(weights, batch, new float[weights.Length]));

        Assert.Contains("gradient", error.Message, StringComparison.Ordinal);
    }

    private static IGradientEngine Engine(string engine, ModelDescription model) => new EngineFactory(engine, 1).Create(model);
}
