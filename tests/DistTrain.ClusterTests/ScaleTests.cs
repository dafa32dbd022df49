using System.Text.Json;
using DistTrain.ClusterTests.Fixture;

namespace DistTrain.ClusterTests;

/// <summary>Scaling studies and traces of work that is done in other processes.</summary>
public sealed class ScaleTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    private static readonly string[] Study =
        ["--repeat", "1", "--warm-up", "0", "--steps", "12", "--batch-size", "32", "--dataset", "synthetic:600", "--json"];

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Study_on_a_cluster_measures_every_number_of_workers_and_their_weights_agree()
    {
        MustMeasure("--cluster", shared.Cluster.Url);

        // The runs' directories are the coordinator's.
        Assert.Equal(["report.md", "scaling.json", "scaling.png"], Directory.EnumerateFileSystemEntries(folder.In("study")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Study_in_processes_measures_every_number_of_workers_and_its_runs_can_be_audited()
    {
        MustMeasure("--placement", "processes");

        RunChecks.MustAuditClean(Path.Combine(folder.In("study"), "turn-1-workers-1"));
        RunChecks.MustAuditClean(Path.Combine(folder.In("study"), "turn-1-workers-2"));
    }

    [Fact]
    public void Study_with_more_workers_than_the_cluster_has_is_refused()
    {
        using DistTrainProcess scale = DistTrainProcess.Launch(["scale", .. Study, "--workers", "1,9", "--cluster", shared.Cluster.Url, "--out", folder.In("study")]);

        Assert.Equal(2, scale.Exit());
        Assert.Contains("has 2", Assert.Single(scale.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.In("study")));
    }

    [Fact]
    public void Trace_of_a_run_in_processes_has_a_row_for_every_worker_and_partition_of_them()
    {
        string trace = folder.In("trace.json");
        using DistTrainProcess train = DistTrainProcess.Launch(
            [
                "train", "--placement", "processes", "--workers", "2", "--partitions", "2", "--steps", "12", "--batch-size", "32", "--dataset", "synthetic:600", "--json",
                "--run-dir", folder.In("run"), "--trace", trace,
            ]);

        if (train.Exit() != 0)
        {
            train.Fail("The run did not end well");
        }

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(trace));
        JsonElement[] events = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray()];
        string[] rows = [.. events.Where(e => Is(e, "thread_name")).Select(e => e.GetProperty("args").GetProperty("name").GetString()!).Order()];
        Assert.Equal(4, rows.Length);
        Assert.Equal(["partition 0", "partition 1"], rows[..2]);
        Assert.Equal(12 * 2, events.Count(e => Is(e, "apply")));
        Assert.Equal(12 * 4, events.Count(e => Is(e, "forward")));
    }

    public void Dispose() => folder.Dispose();

    private void MustMeasure(params string[] where)
    {
        using DistTrainProcess scale = DistTrainProcess.Launch(["scale", .. Study, "--workers", "1,2", .. where, "--out", folder.In("study")]);
        if (scale.Exit() != 0)
        {
            scale.Fail("The study did not end well");
        }

        using JsonDocument summary = JsonDocument.Parse(scale.Output[^1]);
        Assert.Equal("summary", summary.RootElement.GetProperty("kind").GetString());
        Assert.Equal([1, 2], summary.RootElement.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("workers").GetInt32()));
        Assert.Single(scale.Output.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("weightsSha256", out _)).Select(line => line.GetProperty("weightsSha256").GetString()).Distinct());
    }

    private static bool Is(JsonElement e, string name) => e.GetProperty("name").GetString() == name;
}
