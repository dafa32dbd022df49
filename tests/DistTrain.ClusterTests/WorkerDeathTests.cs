using System.Text.RegularExpressions;
using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests;

/// <summary>kill -9 of workers at three moments of one run: the first two leave spares, the third a single worker.</summary>
public sealed partial class WorkerDeathTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Workers_killed_early_half_way_and_late_cost_time_and_nothing_else()
    {
        using Cluster cluster = Cluster.Start("coordinator,ps", "worker", "worker", "worker", "worker");
        string run = folder.In("run");
        using DistTrainProcess train = cluster.Train(run, "--workers", "2");
        foreach (long step in (long[])[1, Undisturbed.Steps / 2, Undisturbed.Steps * 3 / 4])
        {
            train.Step(step);
            ClusterMember victim = cluster.Named(train.Event("worker-joined", $"worker {WithShards(train)} (").Event.Message);
            double killed = Now();
            victim.Process.Send(Signal.Kill);

            RunRecord suspected = train.Event("worker-suspected", $" at {victim.Address})");
            Assert.InRange(suspected.Time, killed - 0.01, killed + 2);
        }

        train.MustEndAsUndisturbed(run);
        train.MustBlameSomebodyForEveryWait();
        Assert.Equal(3, train.Events.Count(happened => happened.Code == "worker-suspected"));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Number of a worker that has shards in the newest view.</summary>
    private static string WithShards(DistTrainProcess train)
    {
        EventRecord view = train.Events.Last(happened => happened.Code == "view");
        return Owner().Match(view.Message).Groups[1].Value;
    }

    private static double Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    [GeneratedRegex(@"worker (\d+) has")]
    private static partial Regex Owner();
}
