using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

public sealed class PartialEpochTests
{
    private static readonly JobSpec Job = LocalRun.Small with { Model = "mlp:784-20-10", Epochs = 1.5 };

    [Fact]
    public async Task Last_epoch_may_be_a_part_of_one()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job);

        RunStart start = run.Records.First(record => record.KindCase == RunRecord.KindOneofCase.Start).Start;
        Assert.Equal((25u, 38u, 1.5), ((uint)start.StepsPerEpoch, (uint)start.TotalSteps, start.Epochs));
        Assert.Equal(("completed", 38ul, 1.5), (summary.Status, summary.Steps, summary.Epochs));
        Assert.True(double.IsFinite(summary.TestLoss));
        Assert.Equal([1u], run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch.Epoch));
        Assert.Equal((true, 1), (run.Audit().Clean, run.Audit().Epochs));
    }

    [Fact]
    public async Task Result_depends_neither_on_the_workers_nor_on_a_resume()
    {
        string expected = await LocalRun.DigestOfAsync(Job with { Workers = 1 });
        Assert.Equal(expected, await LocalRun.DigestOfAsync(Job with { Workers = 3, Partitions = 2 }));

        using var run = new LocalRun();
        Summary resumed = await run.TrainThroughLossAndResumeAsync(Job with { CheckpointEvery = 5 });
        Assert.Equal(("completed", expected), (resumed.Status, resumed.WeightsSha256));
    }
}
