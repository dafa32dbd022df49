using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Numbers that are none are reported, wherever they are, and never trained on.</summary>
public sealed class SimdEngineFaultTests
{
    public static TheoryData<string> Models => [.. SimdModels.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Weight_that_is_not_finite_is_reported_wherever_it_is(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        using var simd = new SimdEngine(model);
        Batch batch = RandomImages.Batch(4, seed: 1);
        float[] gradient = new float[weights.Length];
        foreach (int index in model.Layout.Tensors.SelectMany(tensor => new[] { tensor.Offset, tensor.Offset + tensor.Length - 1 }))
        {
            float whole = weights[index];
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                weights[index] = bad;
                var error = Assert.Throws<NonFiniteLossException>(() => simd.ComputeGradient(weights, batch, gradient));
                Assert.Throws<NonFiniteLossException>(() => simd.Evaluate(weights, batch));
                Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }

            weights[index] = whole;
        }

        float[] afterwards = new float[weights.Length];
        float[] fresh = new float[weights.Length];
        using var other = new SimdEngine(model);
        Assert.Equal(other.ComputeGradient(weights, batch, fresh), simd.ComputeGradient(weights, batch, afterwards));
        Assert.Equal(fresh, afterwards);
    }

    [Theory]
    [InlineData("lenet5 Relu Maximum")]
    [InlineData("mlp:784-65-10 Relu")]
    public void Input_that_is_not_finite_is_reported(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        using var simd = new SimdEngine(model);
        Batch batch = RandomImages.Batch(70, seed: 1);
        batch.Inputs[^1] = float.NaN;

        Assert.Throws<NonFiniteLossException>(() => simd.ComputeGradient(weights, batch, new float[weights.Length]));
    }

    /// <summary>Infinity less infinity within the network is NaN, which a maximum or a comparison could pass over.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Overflow_on_the_way_is_reported(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        ParameterTensor first = model.Layout.Tensors[0];
        weights.AsSpan(first.Offset, 3).Fill(float.MaxValue);
        weights.AsSpan(first.Offset + 3, 3).Fill(float.MinValue);
        using var simd = new SimdEngine(model);

        Assert.Throws<NonFiniteLossException>(() => simd.ComputeGradient(weights, RandomImages.Batch(4, seed: 1), new float[weights.Length]));
    }

    [Fact]
    public void Overflow_on_the_way_back_is_reported()
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

        using var simd = new SimdEngine(model);
        Batch batch = RandomImages.Batch(64, seed: 1);
        Assert.True(double.IsFinite(simd.Evaluate(weights, batch).LossSum));

        var error = Assert.Throws<NonFiniteLossException>(() => simd.ComputeGradient(weights, batch, new float[weights.Length]));

        Assert.Contains("gradient", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lenet5 Relu Maximum")]
    [InlineData("lenet5 Sigmoid Average")]
    [InlineData("mlp:784-33-7-10 Sigmoid")]
    [InlineData("mlp:784-65-33-10 Sigmoid 0.5")]
    public void Step_allocates_nothing(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        float[] gradient = new float[weights.Length];
        using var simd = new SimdEngine(model);
        Batch[] batches = [RandomImages.Batch(70, seed: 1), RandomImages.Batch(3, seed: 2)];
        void Step()
        {
            foreach (Batch batch in batches)
            {
                simd.ComputeGradient(weights, batch, gradient);
                simd.Evaluate(weights, batch);
            }
        }

        // The runtime allocates now and then while it replaces first, quick code by better; the engine would at every step.
        var allocated = new List<long>();
        while (allocated.Count < 50 && !allocated.Contains(0))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Step();
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Contains(0, allocated);
    }
}
