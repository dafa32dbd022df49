using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.ClusterTests;

/// <summary>Workers that come, go and fall silent, and strangers that knock, on one cluster of nodes started by hand.</summary>
public sealed class MembershipTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    private readonly Cluster cluster = shared.Cluster;
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Worker_that_joins_and_leaves_while_training_runs_and_a_stop_change_no_bit()
    {
        // Long enough that a node can start in the meantime, however fast training is; the stop command ends it.
        JobSpec longer = Job.Spec with { Epochs = Job.Spec.Epochs * 100 };
        string run = folder.In("run");
        using DistTrainProcess train = cluster.Train(longer, run, "--workers", "2", "--max-workers", "3");
        train.Step(1);
        ClusterMember third = cluster.Add("worker");
        train.Event("worker-joined", $"worker 3 (worker-1 at {third.Address})");
        train.Event("view", "worker 3 has ");

        third.Process.Send(Signal.Terminate);
        train.Event("worker-left", $" at {third.Address})");
        Assert.Equal(0, third.Process.Exit());

        using DistTrainProcess stop = DistTrainProcess.Run("stop", "--cluster", cluster.Url, "--reason", "seen enough");
        Assert.Equal(0, stop.Exit());
        Assert.Equal(0, train.Exit());
        Summary summary = train.Summary();
        Assert.Equal("stopped", summary.Status);
        Assert.Contains("seen enough", summary.Message);
        Assert.DoesNotContain(train.Events, happened => happened.Code is "worker-suspected" or "stalled");
        Assert.Equal(new Undisturbed(longer).DigestAfter((long)summary.Steps), summary.WeightsSha256);
        RunChecks.MustAuditClean(run);
    }

    [Fact]
    public async Task Worker_that_is_paused_is_given_up_and_comes_back_as_another_incarnation()
    {
        string run = folder.In("run");
        using DistTrainProcess train = cluster.Train(run, "--workers", "2");
        train.Step(10);
        ClusterMember paused = cluster.Named(train.Event("worker-joined", "worker 2 (").Event.Message);
        double stopped = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        paused.Process.Send(Signal.Stop);
        RunRecord suspected;
        try
        {
            // Two seconds of silence, and some to notice it on a busy machine.
            suspected = train.Event("worker-suspected", $" at {paused.Address})");
            train.Step((long)train.Records.Last(record => record.Step is not null).Step.Step + 20);
        }
        finally
        {
            paused.Process.Send(Signal.Continue);
        }

        Assert.InRange(suspected.Time, stopped, stopped + 4);
        train.MustEndAsUndisturbed(run);
        train.MustBlameSomebodyForEveryWait();
        await cluster.WorkersAreReadyAsync(2);
    }

    [Fact]
    public void Garbage_on_every_port_harms_nobody()
    {
        string run = folder.In("run");
        using var strangers = new Strangers();
        using DistTrainProcess train = cluster.Train(run, "--workers", "2", "--partitions", "3");
        for (int step = 1; step < Undisturbed.Steps; step += 40)
        {
            train.Step(step);
            strangers.Knock(cluster.Coordinator.Plane);
            strangers.Knock(cluster.Coordinator.Address);
            strangers.Knock(new Uri(cluster.Url).Authority);
            strangers.Knock(cluster.Last.Address);
        }

        train.MustEndAsUndisturbed(run);
        Assert.DoesNotContain(train.Events, happened => happened.Code is "worker-suspected" or "stalled");
    }

    public void Dispose() => folder.Dispose();
}
