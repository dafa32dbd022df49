using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Commands;
using DistTrain.Node.Runs;
using DistTrain.Tests.Runs;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Scores;
using SkiaSharp;

namespace DistTrain.Tests.Trained;

public sealed class RunEvaluationTests
{
    [Theory]
    [InlineData("lenet5", "modern", "auto", "cross-entropy")]
    [InlineData("mlp:784-20-10", "classic", "auto", "cross-entropy")]
    [InlineData("lenet5", "modern", "tanh", "mse")]
    [InlineData("lenet5", "classic", "step", "bce")]
    [InlineData("mlp:784-20-10", "classic", "leaky-relu", "bce")]
    public async Task Figures_are_those_of_the_evaluation_during_training(string model, string variant, string activation, string loss)
    {
        using var folder = new TemporaryFolder();
        var job = new JobSpec { Model = model, Variant = variant, Activation = activation, Loss = loss, Dataset = TrainedCheckpoint.Dataset };
        Checkpoint checkpoint = TrainedCheckpoint.Of(job);
        string file = TrainedCheckpoint.Write(folder.In("c.safetensors"), checkpoint);
        using var evaluator = new Evaluator(new EngineFactory("auto", 1).Create(job.Network()), TrainedCheckpoint.Digits);
        GradientResult expected = evaluator.Evaluate(checkpoint.Weights);

        Evaluation found = await RunEvaluation.EvaluateAsync(Options(file) with { Mistakes = 1000 }, CancellationToken.None);

        Assert.Equal((200, (double)expected.Correct / 200), (found.Samples, found.Accuracy));
        Assert.Equal(expected.LossSum / 200, found.Loss, 1e-5 * found.Loss);
        Assert.Equal(200, found.Confusion.Sum(row => row.Sum()));
        Assert.Equal(expected.Correct, Enumerable.Range(0, 10).Sum(k => found.Confusion[k][k]));
        Assert.Equal(Enumerable.Range(0, 10).Select(k => found.Confusion[k].Sum()), found.Classes.Select(score => score.Images));
        Assert.Equal(found.Classes.Average(score => score.Recall), found.Macro!.Recall, 1e-12);
        Assert.Equal(WeightsDigest.Of(checkpoint.Weights), found.WeightsSha256);
        Assert.Equal(job.Network().Variant, found.Variant);
    }

    [Fact]
    public async Task Worst_mistakes_are_all_that_is_wrong_in_the_order_of_their_loss()
    {
        using var folder = new TemporaryFolder();
        string file = TrainedCheckpoint.Write(folder.In("c.safetensors"), TrainedCheckpoint.Of("mlp:784-20-10", "modern"));

        Evaluation all = await RunEvaluation.EvaluateAsync(Options(file) with { Mistakes = 1000 }, CancellationToken.None);
        Evaluation three = await RunEvaluation.EvaluateAsync(Options(file) with { Mistakes = 3 }, CancellationToken.None);

        Assert.NotEmpty(all.WorstMistakes);
        Assert.Equal((int)Math.Round(200 * (1 - all.Accuracy!.Value)), all.WorstMistakes.Count);
        Assert.Equal(all.WorstMistakes.OrderByDescending(mistake => mistake.Loss).ThenBy(mistake => mistake.Index), all.WorstMistakes);
        Assert.Equal(all.WorstMistakes.Take(3), three.WorstMistakes);
        Assert.All(all.WorstMistakes, mistake =>
        {
            Assert.NotEqual(mistake.Actual, mistake.Predicted);
            Assert.Equal(TrainedCheckpoint.Digits.Test.Labels[mistake.Index], mistake.Actual);

            // Whoever is wrong gives the truth at most half.
            Assert.True(mistake.Loss >= Math.Log(2) - 1e-9 && mistake.Probability <= 1);
        });
    }

    [Fact]
    public async Task Pictures_are_written_where_they_are_wanted()
    {
        using var folder = new TemporaryFolder();
        string file = TrainedCheckpoint.Write(folder.In("c.safetensors"), TrainedCheckpoint.Of("mlp:784-10", "modern"));
        string pictures = folder.In("a/b");

        Evaluation found = await RunEvaluation.EvaluateAsync(Options(file) with { Output = pictures }, CancellationToken.None);

        Assert.Equal([Path.Combine(pictures, "confusion.png"), Path.Combine(pictures, "mistakes.png")], found.Files);
        Assert.All(found.Files, path =>
        {
            using SKBitmap picture = SKBitmap.Decode(path);
            Assert.True(picture.Pixels.Distinct().Count() > 10, path);
        });
    }

    [Theory]
    [InlineData("autoencoder", "mse")]
    [InlineData("autoencoder:40-10", "bce")]
    public async Task Autoencoder_has_the_loss_of_training_a_squared_error_and_no_accuracy(string model, string loss)
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TrainedCheckpoint.Of(new JobSpec { Model = model, Loss = loss, Dataset = TrainedCheckpoint.Dataset });
        string file = TrainedCheckpoint.Write(folder.In("c.safetensors"), checkpoint);
        using var evaluator = new Evaluator(new EngineFactory("auto", 1).Create(checkpoint.Job.Network()), TrainedCheckpoint.Digits);
        GradientResult expected = evaluator.Evaluate(checkpoint.Weights);

        Evaluation found = await RunEvaluation.EvaluateAsync(Options(file) with { Output = folder.In("p") }, CancellationToken.None);

        Assert.Equal((200, null, null), (found.Samples, found.Accuracy, found.Macro));
        Assert.Empty(found.Classes);
        Assert.Equal(expected.LossSum / 200, found.Loss, 1e-5 * found.Loss);
        Assert.Equal(loss == "mse", found.MeanSquaredError == found.Loss);
        Assert.InRange(found.MeanSquaredError!.Value, 0, 0.3);
        Assert.Equal([Path.Combine(folder.In("p"), "reconstructions.png")], found.Files);
        using SKBitmap picture = SKBitmap.Decode(found.Files[0]);
        Assert.True(picture.Pixels.Distinct().Count() > 10);
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        string file = TrainedCheckpoint.Write(folder.In("c.safetensors"), TrainedCheckpoint.Of("mlp:784-10", "modern", steps: 1));

        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunEvaluation.EvaluateAsync(Options(file) with { Output = file }, CancellationToken.None));

        Assert.StartsWith("--output: pictures cannot be written to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_data_set_is_seen_through_the_normalisation_of_the_training()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TrainedCheckpoint.Of("mlp:784-20-10", "modern");
        string file = TrainedCheckpoint.Write(folder.In("c.safetensors"), checkpoint);
        string shifted = TrainedCheckpoint.Write(folder.In("d.safetensors"), checkpoint with { Normalisation = new PixelNormalisation(0.9f, 0.2f) });

        // The test sets of synthetic:N are beginnings of one another, so these 200 images are the same ones.
        Evaluation own = await RunEvaluation.EvaluateAsync(Options(file), CancellationToken.None);
        Evaluation other = await RunEvaluation.EvaluateAsync(Options(file) with { Dataset = "synthetic:1201" }, CancellationToken.None);
        Evaluation moved = await RunEvaluation.EvaluateAsync(Options(shifted) with { Dataset = "synthetic:1201" }, CancellationToken.None);

        Assert.Equal(own.Loss, other.Loss);
        Assert.NotEqual(own.Loss, moved.Loss);
    }

    private static EvaluateOptions Options(string file) => new(file, null, null, 1, 40, null);
}
