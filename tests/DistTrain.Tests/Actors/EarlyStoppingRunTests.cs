using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>Runs that end once they no longer get better: where they end depends on the job alone.</summary>
public sealed class EarlyStoppingRunTests
{
    /// <summary>A network that soon knows 300 images by heart, in steps too large to settle.</summary>
    private static readonly JobSpec Job = LocalRun.Small with
    {
        Model = "mlp:784-40-10", Dataset = "synthetic:400", Validation = 0.25, BatchSize = 30, Shards = 3, Epochs = 60, LearningRate = 0.01, Schedule = "constant",
        Patience = 3, MinDelta = 0.001,
    };

    [Fact]
    public async Task Run_ends_at_the_same_epoch_with_the_same_bits_whoever_computes_it_and_after_a_resume()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job with { Workers = 1 });
        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];

        Assert.Equal("completed-early", summary.Status);
        Assert.InRange(epochs.Length, 4, 59);
        Assert.Equal((ulong)epochs.Length * 10, summary.Steps);
        Assert.Equal((uint)epochs.Length - 3, summary.BestEpoch);
        Assert.All(epochs.Skip((int)summary.BestEpoch), epoch => Assert.True(epoch.ValidationLoss >= epochs[summary.BestEpoch - 1].ValidationLoss - 0.001));
        Assert.Contains($"after epoch {epochs.Length} of 60: validation loss has not been better than", summary.Message, StringComparison.Ordinal);
        Assert.Contains($"of epoch {summary.BestEpoch} by more than 0.001 for 3 epochs", summary.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(summary.BestCheckpoint));
        Assert.True(run.Audit().Clean, string.Join("; ", run.Audit().Problems));
        Assert.Equal(epochs.Select(epoch => epoch.ValidationLoss), Job.EarlyStopping(run.LastCheckpoint.Extra, "")!.Values);
        string report = File.ReadAllText(Path.Combine(run.Directory, "report.md"));
        Assert.StartsWith("Completed early, after epoch", report.Split('\n')[2], StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", report, StringComparison.Ordinal);

        using var other = new LocalRun();
        Summary same = await other.TrainAsync(Job with { Workers = 3, Partitions = 2 });
        Assert.Equal((summary.Status, summary.Steps, summary.WeightsSha256), (same.Status, same.Steps, same.WeightsSha256));

        // Stopped somewhere, as the clock has it.
        using var resumed = new LocalRun();
        bool stopped = false;
        await resumed.TrainAsync(Job, async (session, record) =>
        {
            if (!stopped && record.KindCase == RunRecord.KindOneofCase.Step && record.Step.Step >= summary.Steps - 25)
            {
                stopped = true;
                await session.Service.StopAsync("a test", CancellationToken.None);
            }
        });
        Summary last = resumed.Summary.Status == "stopped" ? await resumed.TrainAsync(Job, resume: true) : resumed.Summary;
        Assert.True(stopped);
        Assert.Equal((summary.Status, summary.Steps, summary.WeightsSha256, summary.BestEpoch), (last.Status, last.Steps, last.WeightsSha256, last.BestEpoch));

        Summary again = await resumed.TrainAsync(Job, resume: true);
        Assert.Equal("refused", again.Status);
        Assert.Contains("it ended early after step", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_that_gets_better_makes_all_its_epochs_and_names_the_best()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(LocalRun.Small with { Patience = 2, Monitor = "accuracy" });

        Assert.Equal(("completed", 2u), (summary.Status, summary.Epochs));
        Assert.InRange(summary.BestEpoch, 1u, 2u);
        Assert.Equal(await LocalRun.DigestOfAsync(LocalRun.Small), summary.WeightsSha256);
    }

    /// <summary>Without patience, and long enough to learn by heart what it sees.</summary>
    [Fact]
    public async Task Overfitting_is_told_with_the_epoch_at_which_it_began()
    {
        using var run = new LocalRun();
        await run.TrainAsync(Job with { Patience = 0, MinDelta = 0, Epochs = 25, LearningRate = 0.003 });
        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];

        EpochRecord[] flagged = [.. epochs.Where(epoch => epoch.HasOverfittingSince)];
        Assert.NotEmpty(flagged);
        Assert.All(flagged, epoch =>
        {
            uint since = epoch.OverfittingSince;
            Assert.InRange(since, 2u, epoch.Epoch - 1);
            Assert.All(epochs[((int)since - 1)..(int)epoch.Epoch], of => Assert.True(of.ValidationLoss > epochs.Take((int)of.Epoch - 1).Min(before => before.ValidationLoss)));
        });
        Assert.Equal(flagged[0], RunRecordJson.Read(RunRecordJson.Write(new RunRecord { Epoch = flagged[0] })).Epoch);
        Assert.Contains("| gap to the training set | +", File.ReadAllText(Path.Combine(run.Directory, "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overfitting_is_told_of_evaluated_epochs_alone()
    {
        using var run = new LocalRun();
        await run.TrainAsync(Job with { Patience = 0, MinDelta = 0, Epochs = 25, LearningRate = 0.003, EvaluateEvery = 3 });
        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];

        uint[] flagged = [.. epochs.Where(epoch => epoch.HasOverfittingSince).Select(epoch => epoch.Epoch)];
        Assert.NotEmpty(flagged);
        Assert.All(flagged, epoch => Assert.True(epoch % 3 == 0 || epoch == 25, $"epoch {epoch} was not evaluated"));
    }
}
