using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

public sealed class SimdEngineGradientTests
{
    /// <summary>Relative, in every tensor.</summary>
    private const double Tolerance = 1e-5;

    private static readonly int[] Sizes = [1, 7, 8, 50, 64, 100, 256];
    private static readonly LabelledImages Images = RandomImages.Make(340, seed: 21);

    private static readonly int[] FewSizes = [1, 50, 100];

    public static TheoryData<string, int> ModelsAndSteps => [.. SimdModels.Names.SelectMany(name => new (string, int)[] { (name, 0), (name, 40) })];

    public static TheoryData<string, int> OtherModelsAndSteps => [.. SimdModels.OtherNames.SelectMany(name => new (string, int)[] { (name, 0), (name, 40) })];

    [Theory]
    [MemberData(nameof(ModelsAndSteps))]
    public void Gradient_loss_and_count_equal_those_of_torch_tensor_by_tensor(string name, int stepsBefore) => AssertEnginesAgree(name, stepsBefore, Sizes);

    [Theory]
    [MemberData(nameof(OtherModelsAndSteps))]
    public void Gradient_of_other_activations_and_losses_equals_that_of_torch_tensor_by_tensor(string name, int stepsBefore) => AssertEnginesAgree(name, stepsBefore, FewSizes);

    private static void AssertEnginesAgree(string name, int stepsBefore, int[] sizes)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Trained(model, stepsBefore);
        int[] samples = Float64Network.DecidedSamples(model, weights, Images, sizes[^1]);
        using var torch = new TorchEngine(model, new TorchRuntime(1));
        using var simd = new SimdEngine(model);
        foreach (int size in sizes)
        {
            // From both ends, so that a batch's samples are not all those of a smaller one.
            Batch batch = Float64Network.DecidedBatch(model, weights, Images, size % 2 == 0 ? samples[..size] : samples[^size..]);
            float[] expected = new float[weights.Length];
            float[] actual = [.. Enumerable.Repeat(float.NaN, weights.Length)];

            // The first takes bytes if it can, the other floats.
            GradientResult result = simd.ComputeGradient(weights, batch, actual);
            GradientResult reference = torch.ComputeGradient(weights, batch, expected);

            Assert.Equal(reference.LossSum, result.LossSum, 1e-5 * reference.LossSum);
            Assert.Equal((reference.Count, reference.Correct, reference.Skipped), (result.Count, result.Correct, result.Skipped));
            Assert.Equal(model.HasDropout, result with { Skipped = 0 } != simd.Evaluate(weights, batch));
            if (model.SkipLossBelow > 0 && size > 1)
            {
                Assert.NotEqual(Unbounded(name, weights, batch), actual);
            }

            if (model.SkipLossBelow > 0 && AllSkipped(size, actual, expected))
            {
                continue;
            }

            AssertNear(model, Float64Network.Gradient(model, weights, batch), expected, actual, size);
        }
    }

    [Theory]
    [InlineData("lenet5 Relu Maximum")]
    [InlineData("lenet5 Sigmoid Average")]
    [InlineData("mlp:784-33-7-10 Sigmoid")]
    public void Gradient_equals_a_finite_difference(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        Batch batch = RandomImages.Batch(16, seed: 2);
        float[] gradient = new float[weights.Length];
        using var simd = new SimdEngine(model);
        simd.ComputeGradient(weights, batch, gradient);

        // Along the gradient itself the loss changes most, so the difference stands clear of rounding.
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        const double Step = 3e-3;
        double LossAt(double distance) =>
            simd.Evaluate([.. weights.Zip(gradient, (w, g) => (float)(w + (distance * g / norm)))], batch).LossSum;

        Assert.Equal(norm, (LossAt(Step) - LossAt(-Step)) / (2 * Step), norm * 4e-3);
    }

    [Fact]
    public void Empty_batch_gives_zeros()
    {
        float[] weights = SimdModels.Initial(LeNet5.Modern, seed: 1);
        float[] gradient = [.. Enumerable.Repeat(1f, weights.Length)];
        using var simd = new SimdEngine(LeNet5.Modern);
        simd.ComputeGradient(weights, RandomImages.Batch(9, seed: 1), gradient);

        GradientResult result = simd.ComputeGradient(weights, RandomImages.Batch(0, seed: 1), gradient);

        Assert.Equal(default, result);
        Assert.All(gradient, value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Batch_of_another_shape_is_refused()
    {
        using var simd = new SimdEngine(ModelCatalog.Find("mlp:16-2", "modern"));
        float[] weights = new float[simd.ParameterCount];

        Assert.Throws<ArgumentException>(() => simd.ComputeGradient(weights, RandomImages.Batch(2, seed: 1), weights));
    }

    private static float[] Unbounded(string name, float[] weights, Batch batch)
    {
        using var simd = new SimdEngine(SimdModels.Find(name[..name.IndexOf(" below:", StringComparison.Ordinal)]));
        float[] gradient = new float[weights.Length];
        simd.ComputeGradient(weights, batch, gradient);
        return gradient;
    }

    /// <summary>With a bound: none of few samples may be left, and must be for both; of many some are, and not all.</summary>
    private static bool AllSkipped(int size, float[] simd, float[] torch)
    {
        bool none = simd.All(value => value == 0);
        Assert.Equal(torch.All(value => value == 0), none);
        Assert.False(none && size > 1);
        return none;
    }

    private static void AssertNear(ModelDescription model, float[] exact, float[] torch, float[] simd, int size)
    {
        double[] errorOfTorch = TensorByTensor.Distances(model.Layout, exact, torch);
        double[] error = TensorByTensor.Distances(model.Layout, exact, simd);
        double[] between = TensorByTensor.Distances(model.Layout, torch, simd);
        for (int i = 0; i < error.Length; i++)
        {
            string what = $"{model.Layout.Tensors[i].Name} of {size} samples: error {error[i]:E1}, torch's {errorOfTorch[i]:E1}, difference {between[i]:E1}";
            Assert.True(error[i] <= Tolerance, what);

            // torch's own sums of many small numbers may be worse than the tolerance.
            Assert.True(between[i] <= Math.Max(Tolerance, 2 * errorOfTorch[i]), what);
        }
    }
}
