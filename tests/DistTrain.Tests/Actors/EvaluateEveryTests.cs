using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

public sealed class EvaluateEveryTests
{
    private static readonly JobSpec Job = LocalRun.Small with { Model = "mlp:784-20-10", Epochs = 5, Validation = 0.1 };

    [Theory]
    [InlineData(0, new uint[] { 5 })]
    [InlineData(1, new uint[] { 1, 2, 3, 4, 5 })]
    [InlineData(2, new uint[] { 2, 4, 5 })]
    [InlineData(5, new uint[] { 5 })]
    [InlineData(9, new uint[] { 5 })]
    public async Task Epochs_between_are_not_evaluated_and_the_end_always_is(int every, uint[] evaluated)
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job with { EvaluateEvery = every });

        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];
        Assert.Equal([1u, 2u, 3u, 4u, 5u], epochs.Select(epoch => epoch.Epoch));
        Assert.All(epochs, epoch => Assert.True(double.IsFinite(epoch.TrainLoss) && epoch.Checkpoint.Length > 0));
        Assert.Equal(evaluated, epochs.Where(epoch => double.IsFinite(epoch.TestLoss)).Select(epoch => epoch.Epoch));
        Assert.Equal(evaluated, epochs.Where(epoch => epoch.HasValidationLoss).Select(epoch => epoch.Epoch));
        Assert.True(double.IsFinite(summary.TestAccuracy) && double.IsFinite(summary.ValidationLoss));
        string[] rows = [.. File.ReadLines(Path.Combine(run.Directory, "report.md")).Where(line => line.EndsWith(" |", StringComparison.Ordinal))];
        Assert.Equal(5 - evaluated.Length, rows.Count(line => line.Contains(" | - | - | - | - | ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_that_ends_within_an_epoch_is_evaluated_there_and_its_report_has_the_gap_of_the_last_evaluated_epoch()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job with { EvaluateEvery = 2, Epochs = 3.5, Validation = 0 });

        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];
        Assert.Equal([false, true, false], epochs.Select(epoch => double.IsFinite(epoch.TestLoss)));
        Assert.True(double.IsFinite(summary.TestAccuracy));
        string gap = File.ReadLines(Path.Combine(run.Directory, "report.md")).Single(line => line.Contains("gap to the training set", StringComparison.Ordinal));
        Assert.EndsWith("points in accuracy (epoch 2) |", gap, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_does_not_depend_on_it()
    {
        string expected = await LocalRun.DigestOfAsync(Job);
        Assert.Equal(expected, await LocalRun.DigestOfAsync(Job with { EvaluateEvery = 0 }));

        using var run = new LocalRun();
        Summary resumed = await run.TrainThroughLossAndResumeAsync(Job with { EvaluateEvery = 3, CheckpointEvery = 5 });
        Assert.Equal(("completed", expected), (resumed.Status, resumed.WeightsSha256));
    }
}
