using DistTrain.Tests.Engines.Simd;
using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Engines;

/// <summary>Both engines of an autoencoder; <see cref="ModelGradientTests"/> compares each with the slope of its loss.</summary>
public sealed class AutoencoderEngineTests
{
    private static readonly LabelledImages Images = RandomImages.Make(150, seed: 6);

    [Theory]
    [InlineData(LossKind.MeanSquaredError, 0)]
    [InlineData(LossKind.MeanSquaredError, 0.3)]
    [InlineData(LossKind.BinaryCrossEntropy, 0)]
    public void Engines_agree_on_gradient_and_loss_tensor_by_tensor(LossKind loss, double dropout)
    {
        // Sigmoids have no kinks that rounding could decide.
        ModelDescription model = Find("autoencoder:65-9", loss, dropout);
        float[] weights = SimdModels.Trained(model, steps: 10);
        using var torch = new TorchEngine(model, new TorchRuntime(1));
        using var simd = new SimdEngine(model);
        foreach (int size in (int[])[1, 7, 64, 65, 150])
        {
            Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, size)]);
            float[] expected = new float[weights.Length];
            float[] actual = [.. Enumerable.Repeat(float.NaN, weights.Length)];
            GradientResult reference = torch.ComputeGradient(weights, batch, expected);
            GradientResult result = simd.ComputeGradient(weights, batch, actual);

            Assert.Equal(reference.LossSum, result.LossSum, 1e-5 * reference.LossSum);
            Assert.Equal((size, 0, 0), (result.Count, result.Correct, reference.Correct));
            Assert.All(TensorByTensor.Distances(model.Layout, expected, actual), distance => Assert.InRange(distance, 0, 1e-5));
            Assert.All(TensorByTensor.Distances(model.Layout, Float64Network.Gradient(model, weights, batch), actual), distance => Assert.InRange(distance, 0, 1e-5));
        }
    }

    [Theory]
    [InlineData("simd", LossKind.MeanSquaredError)]
    [InlineData("simd", LossKind.BinaryCrossEntropy)]
    [InlineData("torch", LossKind.MeanSquaredError)]
    [InlineData("torch", LossKind.BinaryCrossEntropy)]
    public void Outputs_have_the_loss_of_an_evaluation(string engine, LossKind loss)
    {
        ModelDescription model = Find("autoencoder:40-6", loss);
        float[] weights = SimdModels.Trained(model, steps: 10);
        Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(10, 70)]);
        using IGradientEngine gradients = new EngineFactory(engine, 1).Create(model);
        using IPredictor predictor = new EngineFactory(engine, 1).CreatePredictor(model);
        float[] logits = new float[70 * 784];

        predictor.Predict(weights, batch, logits);

        double expected = Enumerable.Range(0, 70).Sum(n => PixelScores.Loss(loss, logits.AsSpan(n * 784, 784), Images.Image(10 + n).Span));
        Assert.Equal(expected, gradients.Evaluate(weights, batch).LossSum, 1e-5 * expected);
    }

    [Theory]
    [InlineData(LossKind.MeanSquaredError)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Width_of_vectors_and_what_was_computed_before_change_no_bit(LossKind loss)
    {
        ModelDescription model = Find("autoencoder:33-5", loss);
        float[] weights = SimdModels.Trained(model, steps: 3);
        (GradientResult, float[]) Compute(SimdEngine engine, int size)
        {
            float[] gradient = new float[weights.Length];
            return (engine.ComputeGradient(weights, RandomImages.Batch(Images, [.. Enumerable.Range(0, size)]), gradient), gradient);
        }

        foreach (int size in (int[])[3, 64, 81])
        {
            using var fresh = new SimdEngine(model);
            (GradientResult Result, float[] Gradient) expected = Compute(fresh, size);
            foreach (int lanes in (int[])[4, 8, 16])
            {
                using var other = new SimdEngine(model, lanes);
                Compute(other, 100);
                (GradientResult result, float[] gradient) = Compute(other, size);
                Assert.Equal(expected.Result, result);
                Assert.Equal(expected.Gradient, gradient);
            }
        }
    }

    [Theory]
    [InlineData("simd", LossKind.MeanSquaredError)]
    [InlineData("simd", LossKind.BinaryCrossEntropy)]
    [InlineData("torch", LossKind.MeanSquaredError)]
    public void Outputs_beyond_all_numbers_are_reported_though_their_sigmoids_are_1(string engine, LossKind loss)
    {
        ModelDescription model = Find("autoencoder:4", loss);
        float[] weights = SimdModels.Initial(model, seed: 1);
        weights.AsSpan(^784).Fill(float.MaxValue);
        weights.AsSpan(weights.Length - 784 - (4 * 784), 4 * 784).Fill(float.MaxValue);
        using IGradientEngine computing = new EngineFactory(engine, 1).Create(model);

        Assert.Throws<NonFiniteLossException>(() => computing.ComputeGradient(weights, RandomImages.Batch(Images, 0, 1, 2), new float[weights.Length]));
    }

    [Fact]
    public void Pixels_of_a_batch_are_those_of_its_images_whatever_normalises_its_inputs()
    {
        LabelledImages colours = RandomImages.Make(5, seed: 2, new ImageShape(3, 4, 6));
        var batch = new Batch(colours, 0.4f, 0.2f, 4);
        batch.Fill(colours, [4, 0, 2]);
        float[] pixels = new float[2 * 72];

        batch.CopyPixels(1, pixels);

        Assert.Equal(colours.Image(0).ToArray().Concat(colours.Image(2).ToArray()).Select(pixel => pixel / 255f), pixels);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.CopyPixels(2, pixels));
    }

    private static ModelDescription Find(string name, LossKind loss, double dropout = 0) =>
        ModelCatalog.Find(name, new NetworkOptions { Variant = "classic", Loss = loss, Dropout = dropout });
}
