using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Commands;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Actors;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Emulation;

public sealed class EmulatedRunTests
{
    private static readonly JobSpec Job = LocalRun.Small with { Dataset = "synthetic:200", Epochs = 1, EmulateStepMilliseconds = 0.2 };

    [Fact]
    public async Task Weights_are_the_same_bits_with_one_two_and_three_workers()
    {
        string one = await LocalRun.DigestOfAsync(Job with { Workers = 1 });

        Assert.Equal(one, await LocalRun.DigestOfAsync(Job with { Workers = 2 }));
        Assert.Equal(one, await LocalRun.DigestOfAsync(Job with { Workers = 3, Partitions = 2 }));
        Assert.NotEqual(one, await LocalRun.DigestOfAsync(Job with { Seed = 2 }));
    }

    [Fact]
    public async Task Run_says_at_every_turn_that_it_is_emulated_and_tests_nothing()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Job);

        RunStart start = run.Records.Single(record => record.KindCase == RunRecord.KindOneofCase.Start).Start;
        EpochRecord epoch = run.Records.Single(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Epoch;
        Assert.True(start.Emulated);
        Assert.Equal(0.2, start.EmulateStepMilliseconds);
        Assert.True(summary.Emulated);
        Assert.Contains("EMULATED", Assert.Single(run.Events(RunEvents.Emulated)).Message, StringComparison.Ordinal);
        Assert.Equal(double.NaN, epoch.TestAccuracy);
        Assert.Equal(double.NaN, summary.TestAccuracy);
        Assert.Contains("Emulated", await File.ReadAllTextAsync(Path.Combine(run.Directory, "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_of_an_emulated_run_are_not_evaluated()
    {
        using var run = new LocalRun();
        await run.TrainAsync(Job);

        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => RunEvaluation.EvaluateAsync(new EvaluateOptions(run.Directory, null, null, 1, 40, null), CancellationToken.None));

        Assert.Contains("emulated", error.Message, StringComparison.Ordinal);
    }
}
