using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests;

/// <summary>kill -9 of a parameter server or of the coordinator: the run ends and says so, and its checkpoint goes on.</summary>
public sealed class ServerDeathTests : IDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(15);

    private readonly TemporaryFolder folder = new();

    /// <summary>With an optimizer other than the default one, whose buffer must survive as its moments do.</summary>
    [Fact]
    public void Parameter_server_killed_ends_the_run_and_another_one_goes_on_with_it()
    {
        string run = folder.In("run");
        using Cluster cluster = Cluster.Start("coordinator,worker", "ps");
        ClusterMember server = cluster.Last;
        using (DistTrainProcess train = cluster.Train(run, "--workers", "1", "--optimizer", "momentum", "--l2", "0.001"))
        {
            train.Step((Job.Spec.CheckpointEvery * 2) + 10);
            server.Process.Send(Signal.Kill);

            Assert.Equal(1, train.Exit(EndsWithin));
            Summary summary = train.Summary();
            Assert.Equal("failed", summary.Status);
            string line = Assert.Single(train.Errors, error => error.StartsWith("disttrain: ", StringComparison.Ordinal));
            Assert.Contains($"partition 0 at {server.Plane} is lost", line);
            Assert.Contains("the last checkpoint is of step ", line);
            Assert.Contains($"train --resume {run}", line);
        }

        cluster.Add("ps");
        using DistTrainProcess resumed = DistTrainProcess.Launch("train", "--cluster", cluster.Url, "--resume", run, "--json");
        resumed.MustEndAsUndisturbed(run, new Undisturbed(Job.Spec with { Optimizer = "momentum", L2 = 0.001 }));
        Assert.InRange(resumed.Begin().FirstStep, (ulong)Job.Spec.CheckpointEvery, (ulong)Undisturbed.Steps - 1);
    }

    [Fact]
    public void Coordinator_killed_ends_train_and_nodes_with_a_message_and_its_checkpoint_goes_on_elsewhere()
    {
        string run = folder.In("run");
        using Cluster cluster = Cluster.Start("coordinator", "ps", "worker");
        using (DistTrainProcess train = cluster.Train(run, "--workers", "1"))
        {
            train.Step((Job.Spec.CheckpointEvery * 2) + 10);
            cluster.Coordinator.Process.Send(Signal.Kill);

            Assert.Equal(1, train.Exit(EndsWithin));
            string line = Assert.Single(train.Errors);
            Assert.Contains($"the coordinator at {new Uri(cluster.Url).Authority} was lost", line);
            Assert.Contains("--resume", line);
        }

        using DistTrainProcess resumed = DistTrainProcess.Launch(["train", "--resume", run, .. Job.Data, "--json"]);
        resumed.MustEndAsUndisturbed(run);

        // The resolver takes seven seconds after the failure detector's eight; meanwhile the run above went on.
        foreach (ClusterMember left in cluster.Members.Skip(1))
        {
            Assert.Equal(1, left.Process.Exit(TimeSpan.FromSeconds(60)));
            Assert.Contains(left.Process.Errors, line => line.StartsWith("The node is out of the cluster", StringComparison.Ordinal));
        }
    }

    public void Dispose() => folder.Dispose();
}
