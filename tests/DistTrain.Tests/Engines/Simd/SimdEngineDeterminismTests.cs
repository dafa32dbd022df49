using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

public sealed class SimdEngineDeterminismTests
{
    private static readonly int[] Sizes = [1, 5, 8, 16, 17, 40, 64, 65, 100];
    private static readonly LabelledImages Images = RandomImages.Make(100, seed: 4);

    public static TheoryData<string> Models => [.. SimdModels.AllNames];

    [Theory]
    [MemberData(nameof(Models))]
    public void Vectors_of_every_width_give_the_same_bits(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] expected = Gradients(model, lanes: 8, Sizes, unalignedBy: 0);

        Assert.Equal(expected, Gradients(model, lanes: 4, Sizes, unalignedBy: 0));
        Assert.Equal(expected, Gradients(model, lanes: 16, Sizes, unalignedBy: 0));
    }

    [Theory]
    [InlineData("lenet5 Relu Maximum")]
    [InlineData("lenet5 Sigmoid Average")]
    [InlineData("mlp:784-33-7-10 Sigmoid")]
    [InlineData("lenet5 Relu Maximum below:2.3")]
    [InlineData("mlp:784-65-33-10 Relu 0.5 below:2.3")]
    public async Task Engines_on_two_threads_and_made_again_give_the_same_bits(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        Task<float[]> first = OnItsOwnThread(() => Gradients(model, lanes: 8, Sizes, unalignedBy: 0));
        Task<float[]> shifted = OnItsOwnThread(() => Gradients(model, lanes: 8, Sizes, unalignedBy: 3));
        float[] expected = await first;

        Assert.Equal(expected, await shifted);

        // Another order of batch sizes finds other leavings in the engine's memory.
        float[] descending = await OnItsOwnThread(() => Gradients(model, lanes: 8, [.. Sizes.Reverse()], unalignedBy: 1));
        int length = expected.Length / Sizes.Length;
        for (int i = 0; i < Sizes.Length; i++)
        {
            Assert.Equal(expected.AsSpan(i * length, length), descending.AsSpan((Sizes.Length - 1 - i) * length, length));
        }
    }

    /// <summary>The gradient, loss and count of one batch of each size, with spans off alignment by so many floats.</summary>
    private static float[] Gradients(ModelDescription model, int lanes, int[] sizes, int unalignedBy)
    {
        using var engine = new SimdEngine(model, lanes);
        float[] weights = new float[model.Layout.Count + unalignedBy];
        model.Initialise(3, weights.AsSpan(unalignedBy));
        var all = new List<float>();
        foreach (int size in sizes)
        {
            float[] gradient = Unwritten(weights.Length);
            Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, size)]);
            GradientResult result = engine.ComputeGradient(weights.AsSpan(unalignedBy), batch, gradient.AsSpan(unalignedBy));
            all.AddRange(gradient.AsSpan(unalignedBy));
            all.Add((float)result.LossSum);
            all.Add(result.Correct);
        }

        return [.. all];
    }

    /// <summary>What is left in it makes the gradient not finite, which the engine reports.</summary>
    private static float[] Unwritten(int length)
    {
        float[] gradient = new float[length];
        gradient.AsSpan().Fill(float.NaN);
        return gradient;
    }

    private static Task<T> OnItsOwnThread<T>(Func<T> compute) =>
        Task.Factory.StartNew(compute, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
