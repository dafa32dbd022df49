using Akka.Actor;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Hosting;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>A run ends by finishing, or with a message saying who, why, and what next.</summary>
[Collection(nameof(LibtorchAlone))]
public class RunEndingTests
{
    [Fact]
    public async Task Run_whose_workers_are_all_gone_fails_within_its_time_and_says_what_to_do()
    {
        using var run = new LocalRun();
        bool killed = false;
        Summary summary = await run.TrainAsync(
            LocalRun.Small with { Epochs = 200, CheckpointEvery = 10 },
            (session, record) =>
            {
                if (!killed && record.KindCase == RunRecord.KindOneofCase.Step && record.Step.Step > 20)
                {
                    killed = true;
                    foreach (IActorRef worker in session.Workers)
                    {
                        worker.Tell(PoisonPill.Instance);
                    }
                }

                return Task.CompletedTask;
            },
            workerTimeout: TimeSpan.FromSeconds(2));
        Assert.Equal("failed", summary.Status);
        Assert.Contains("no worker is left", summary.Message, StringComparison.Ordinal);
        Assert.Contains($"disttrain train --resume {run.Directory}", summary.Message, StringComparison.Ordinal);
        Assert.NotNull(run.LastCheckpoint);
        Assert.True(run.Audit().Clean);
    }

    [Fact]
    public async Task Run_that_lacks_workers_at_the_start_names_how_many()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(
            LocalRun.Small with { Workers = 1 },
            (session, record) =>
            {
                // Before it can be invited.
                if (record.KindCase == RunRecord.KindOneofCase.Start)
                {
                    session.Workers[0].Tell(PoisonPill.Instance);
                }

                return Task.CompletedTask;
            },
            workerTimeout: TimeSpan.FromSeconds(2));
        Assert.Equal("failed", summary.Status);
        Assert.Matches("no worker is left|waited 2 s for 1 workers, 0 joined", summary.Message);
    }

    [Fact]
    public async Task Data_set_that_is_not_there_refuses_the_run_and_leaves_no_directory()
    {
        using var run = new LocalRun();
        string missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n"));
        await using InProcessSession session = await InProcessSession.StartAsync(
            new InProcessOptions(1, missing, Path.GetTempPath(), TimeSpan.FromSeconds(5), Verbose: false), CancellationToken.None);
        SubmitReply reply = await session.Service.SubmitAsync(
            new SubmitRequest { SpecJson = """{"dataset":"mnist"}""", RunDirectory = run.Directory }, CancellationToken.None);
        RunRecord last = await session.Service.WatchAsync(reply.Run, CancellationToken.None).LastAsync();
        Assert.Equal("refused", last.Summary.Status);
        Assert.Contains(missing, last.Summary.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Directory));
    }

    [Fact]
    public async Task Second_job_while_one_runs_is_refused_and_the_first_goes_on()
    {
        using var run = new LocalRun();
        bool asked = false;
        Summary summary = await run.TrainAsync(LocalRun.Small, async (session, record) =>
        {
            if (!asked && record.KindCase == RunRecord.KindOneofCase.Step)
            {
                asked = true;
                await Assert.ThrowsAsync<Node.Client.RunInProgressException>(
                    () => session.Service.SubmitAsync(new SubmitRequest { SpecJson = "{}", RunDirectory = run.Directory + "-2" }, CancellationToken.None));
                StatusReply status = await session.Service.StatusAsync(CancellationToken.None);
                Assert.Equal("training", status.State);
            }
        });
        Assert.True(asked);
        Assert.Equal("completed", summary.Status);
        Assert.False(Directory.Exists(run.Directory + "-2"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Run_that_is_stopped_before_its_first_update_stops_and_keeps_what_it_had(int stepsBefore)
    {
        // Each step takes long enough to be stopped before it.
        JobSpec spec = LocalRun.Small with { Workers = 1, Shards = 1, EmulateStepMilliseconds = 400 };
        using var run = new LocalRun();
        if (stepsBefore > 0)
        {
            Summary first = await run.TrainAsync(
                spec, (session, record) => record.Step?.Step == (ulong)stepsBefore ? session.Service.StopAsync("for now", CancellationToken.None) : Task.CompletedTask);
            Assert.Equal("stopped", first.Status);
        }

        ulong before = stepsBefore > 0 ? run.Summary.Steps : 0;
        run.Records.Clear();
        Summary summary = await run.TrainAsync(
            spec,
            (session, record) => record.Event?.Code == RunEvents.View ? session.Service.StopAsync("enough", CancellationToken.None) : Task.CompletedTask,
            resume: stepsBefore > 0);

        Assert.Equal("stopped", summary.Status);
        Assert.Contains("(enough)", summary.Message, StringComparison.Ordinal);
        Assert.Equal(before, summary.Steps);
        Assert.Equal(stepsBefore > 0, summary.Message.Contains($"--resume {run.Directory}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Spec_with_an_unknown_key_is_refused_by_name()
    {
        await using InProcessSession session = await InProcessSession.StartAsync(
            new InProcessOptions(1, null, Path.GetTempPath(), TimeSpan.FromSeconds(5), Verbose: false), CancellationToken.None);
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(
            () => session.Service.SubmitAsync(new SubmitRequest { SpecJson = """{"epocs":1}""" }, CancellationToken.None));
        Assert.Contains("epocs", error.Message, StringComparison.Ordinal);
    }
}
