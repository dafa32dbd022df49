using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.ClusterTests.Fixture;

namespace DistTrain.ClusterTests;

/// <summary>Studies that are killed, and studies of work that is done in other processes.</summary>
public sealed class CompareTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    /// <summary>Twelve cells from two seeds.</summary>
    private static readonly string[] Study =
    [
        "compare", "--vary", "lr=log:1e-3..1e-2:3", "--vary", "variant=modern,classic", "--vary", "batch-size=30,60", "--seeds", "2",
        "--dataset", "synthetic:600", "--epochs", "2", "--json",
    ];

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Study_that_was_killed_does_only_what_was_missing_and_reports_the_same()
    {
        using DistTrainProcess undisturbed = DistTrainProcess.Launch([.. Study, "--out", folder.In("undisturbed")]);
        MustEndWell(undisturbed);
        Assert.Equal(24, Trials(undisturbed).Length);

        using (DistTrainProcess killed = DistTrainProcess.Launch([.. Study, "--out", folder.In("study")]))
        {
            killed.Line(line => Trial(line) is { } trial && trial["done"]!.GetValue<int>() >= 10 ? line : null, "ten trials");
            killed.Send(Signal.Kill);
            killed.Exit();
        }

        // A crash of the machine could also have cut the last line.
        string journal = Path.Combine(folder.In("study"), "journal.jsonl");
        string[] kept = File.ReadAllLines(journal)[1..];
        Assert.InRange(kept.Length, 10, 23);
        using (FileStream file = File.OpenWrite(journal))
        {
            file.SetLength(file.Length - 7);
        }

        using DistTrainProcess again = DistTrainProcess.Launch([.. Study, "--out", folder.In("study")]);
        MustEndWell(again);
        Assert.Equal(24 - (kept.Length - 1), Trials(again).Length);
        Assert.Equal(kept[..^1], File.ReadAllLines(journal)[1..kept.Length]);
        Assert.Equal(Untimed(folder.In("undisturbed")), Untimed(folder.In("study")));
        RunChecks.MustAuditClean(Path.Combine(folder.In("study"), "runs", "cell-12-seed-2"));

        byte[] report = File.ReadAllBytes(Path.Combine(folder.In("study"), "comparison.html"));
        using DistTrainProcess third = DistTrainProcess.Launch([.. Study, "--out", folder.In("study")]);
        MustEndWell(third);
        Assert.Empty(Trials(third));
        Assert.Equal(report, File.ReadAllBytes(Path.Combine(folder.In("study"), "comparison.html")));
    }

    [Fact]
    public void Study_that_gets_a_signal_keeps_what_is_finished_and_goes_on()
    {
        using (DistTrainProcess stopped = DistTrainProcess.Launch([.. Study, "--out", folder.In("study")]))
        {
            stopped.Line(line => Trial(line) is null ? null : line, "a trial");
            stopped.Send(Signal.Interrupt);
            Assert.Equal(130, stopped.Exit());
            Assert.Contains(stopped.Errors, line => line.EndsWith($"the same command with --out {folder.In("study")} goes on", StringComparison.Ordinal));
        }

        int kept = File.ReadAllLines(Path.Combine(folder.In("study"), "journal.jsonl")).Length - 1;
        using DistTrainProcess again = DistTrainProcess.Launch([.. Study, "--out", folder.In("study")]);
        MustEndWell(again);
        Assert.Equal(24 - kept, Trials(again).Length);
    }

    [Fact]
    public void Study_gives_the_same_weights_in_processes_on_a_cluster_and_in_one_process()
    {
        string[] small = ["compare", "--vary", "lr=0.001,0.01", "--dataset", "synthetic:600", "--steps", "12", "--batch-size", "40", "--json"];
        string[][] places = [["--parallel", "1"], ["--placement", "processes", "--workers", "2", "--parallel", "2"], ["--cluster", shared.Cluster.Url, "--workers", "2"]];
        HashSet<string> weights = [];
        foreach ((string[] place, int i) in places.Select((place, i) => (place, i)))
        {
            using DistTrainProcess compare = DistTrainProcess.Launch([.. small, .. place, "--out", folder.In($"study-{i}")]);
            MustEndWell(compare);
            weights.Add(string.Join(' ', Trials(compare).OrderBy(trial => trial["cell"]!.GetValue<int>()).Select(trial => trial["weightsSha256"])));
        }

        Assert.Single(weights);
    }

    [Fact]
    public void Study_with_more_workers_than_the_cluster_has_is_refused()
    {
        using DistTrainProcess compare = DistTrainProcess.Launch([.. Study, "--workers", "9", "--cluster", shared.Cluster.Url, "--out", folder.In("study")]);

        Assert.Equal(2, compare.Exit());
        Assert.Contains("has 2", Assert.Single(compare.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.In("study")));
    }

    public void Dispose() => folder.Dispose();

    private static void MustEndWell(DistTrainProcess process)
    {
        if (process.Exit() != 0)
        {
            process.Fail("The study did not end well");
        }
    }

    private static JsonObject[] Trials(DistTrainProcess process) => [.. process.Output.Select(Trial).OfType<JsonObject>()];

    private static JsonObject? Trial(string line) =>
        JsonNode.Parse(line) is JsonObject json && json["kind"]!.GetValue<string>() == "trial" ? json : null;

    /// <summary>The comparison as JSON without what a clock had to say.</summary>
    private static string Untimed(string study)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(study, "comparison.json")))!.AsObject();
        foreach (JsonObject cell in json["cells"]!.AsArray().OfType<JsonObject>())
        {
            Assert.True(cell.Remove("meanTrainSeconds"));
            foreach (JsonObject trial in cell["trials"]!.AsArray().OfType<JsonObject>())
            {
                Assert.True(trial.Remove("trainSeconds"));
            }
        }

        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }
}
