using DistTrain.Node.Commands;
using DistTrain.Node.Predicting;
using DistTrain.Node.Trained;
using DistTrain.Tests.Predicting;
using DistTrain.Tests.Runs;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Trained;

public sealed class KnownClassNamesTests
{
    private static readonly Checkpoint Trained = TrainedCheckpoint.Of("mlp:784-10", "modern", steps: 1);

    [Theory]
    [InlineData("fashion-mnist", "ankle boot")]
    [InlineData("cifar10", "truck")]
    [InlineData("mnist", null)]
    [InlineData("synthetic:100", null)]
    [InlineData("images:birds", null)]
    public void Checkpoint_that_says_no_names_has_those_of_the_published_set_it_names(string dataset, string? ninth) =>
        Assert.Equal(ninth, KnownClassNames.Of(Trained with { Job = Trained.Job with { Dataset = dataset } }).ElementAtOrDefault(9));

    [Fact]
    public async Task Prediction_knows_the_names_that_the_checkpoint_says()
    {
        using var folder = new TemporaryFolder();
        string[] names = [.. Enumerable.Range(0, 10).Select(k => $"kind {k}")];
        string model = TrainedCheckpoint.Write(folder.In("m"), Trained with { ClassNames = names });
        string image = folder.In("a.png");
        await File.WriteAllBytesAsync(image, TestPicture.Encode(TrainedCheckpoint.Digits.Test.Image(0).Span, 28));

        List<Prediction> found = await RunPrediction.PredictAsync(new PredictOptions(model, [image], false, false, 1), () => Stream.Null, CancellationToken.None).ToListAsync();

        Assert.Equal("kind 3", Assert.Single(found).NameOf(3));
    }
}
