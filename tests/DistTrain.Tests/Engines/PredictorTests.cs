using DistTrain.Tests.Engines.Simd;
using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Engines;

public sealed class PredictorTests
{
    private static readonly LabelledImages Images = RandomImages.Make(300, seed: 5);

    public static TheoryData<string> Models => [.. SimdModels.AllNames];

    [Theory]
    [MemberData(nameof(Models))]
    public void Engines_agree_on_logits_and_probabilities(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Trained(model, steps: 20);
        using var torch = new TorchEngine(model, new TorchRuntime(1));
        using var simd = new SimdEngine(model);

        // A step of what is nearly 0 may rightly be 0 or 1.
        int[] samples = model.Layers.Contains(new Activation(ActivationKind.Step))
            ? Float64Network.DecidedSamples(model, weights, Images, 220)
            : [.. Enumerable.Range(0, 300)];
        foreach (int size in (int[])[1, 7, 64, 65, samples.Length])
        {
            Batch batch = RandomImages.Batch(Images, samples[..size]);
            float[] expected = Logits(torch, model, weights, batch);
            float[] actual = Logits(simd, model, weights, batch);

            double scale = Math.Max(1, expected.Max(Math.Abs));
            for (int n = 0; n < size; n++)
            {
                ReadOnlySpan<float> one = expected.AsSpan(n * model.Classes, model.Classes);
                ReadOnlySpan<float> other = actual.AsSpan(n * model.Classes, model.Classes);
                for (int k = 0; k < model.Classes; k++)
                {
                    Assert.Equal(one[k], other[k], 1e-5 * scale);
                    Assert.Equal(ClassScores.Probabilities(model.Loss, one)[k], ClassScores.Probabilities(model.Loss, other)[k], 1e-5);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_have_the_loss_and_the_count_of_an_evaluation(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Trained(model, steps: 20);
        Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, 130)]);
        foreach (string engine in (string[])["torch", "simd"])
        {
            using IGradientEngine gradients = new EngineFactory(engine, 1).Create(model);
            using IPredictor predictor = new EngineFactory(engine, 1).CreatePredictor(model);
            GradientResult evaluated = gradients.Evaluate(weights, batch);
            float[] logits = Logits(predictor, model, weights, batch);
            int[] labels = [.. batch.Labels.ToArray().Select(label => (int)label)];

            double loss = labels.Select((label, n) => ClassScores.Loss(model.Loss, logits.AsSpan(n * model.Classes, model.Classes), label)).Sum();
            int correct = labels.Where((label, n) => Softmax.Largest(logits.AsSpan(n * model.Classes, model.Classes)) == label).Count();
            Assert.Equal(evaluated.LossSum, loss, 1e-5 * evaluated.LossSum);
            Assert.Equal(evaluated.Correct, correct);
        }
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("simd")]
    public void What_is_predicted_is_the_same_after_anything_else_and_labels_do_not_matter(string engine)
    {
        ModelDescription model = LeNet5.Modern;
        float[] weights = SimdModels.Initial(model, seed: 3);
        Batch batch = RandomImages.Batch(Images, 5, 6, 7);
        using IPredictor fresh = new EngineFactory(engine, 1).CreatePredictor(model);
        using IPredictor used = new EngineFactory(engine, 1).CreatePredictor(model);
        Logits(used, model, SimdModels.Initial(model, seed: 4), RandomImages.Batch(Images, [.. Enumerable.Range(0, 100)]));
        float[] expected = Logits(fresh, model, weights, batch);

        batch.Labels.Fill(9);
        Assert.Equal(expected, Logits(used, model, weights, batch));
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("simd")]
    public void Wrong_lengths_and_weights_that_are_no_numbers_are_refused(string engine)
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-10", "modern");
        float[] weights = SimdModels.Initial(model, seed: 3);
        Batch batch = RandomImages.Batch(Images, 1, 2);
        using IPredictor predictor = new EngineFactory(engine, 1).CreatePredictor(model);

        Assert.Throws<ArgumentOutOfRangeException>(() => predictor.Predict(weights, batch, new float[19]));
        Assert.Throws<ArgumentOutOfRangeException>(() => predictor.Predict(weights.AsSpan(1), batch, new float[20]));
        weights[100] = float.NaN;
        Assert.Throws<NonFiniteLossException>(() => predictor.Predict(weights, batch, new float[20]));
    }

    private static float[] Logits(IPredictor predictor, ModelDescription model, float[] weights, Batch batch)
    {
        float[] logits = [.. Enumerable.Repeat(float.NaN, batch.Count * model.Classes)];
        predictor.Predict(weights, batch, logits);
        return logits;
    }
}
