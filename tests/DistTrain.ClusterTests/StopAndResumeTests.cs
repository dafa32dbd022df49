using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests;

/// <summary>Stopping at any step and going on is the same as never having stopped.</summary>
public sealed class StopAndResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Interrupted_twice_and_resumed_in_one_process_gives_the_same_bits()
    {
        string run = folder.In("run");
        ulong first = Interrupted(["train", .. Job.Here, "--run-dir", run], run, afterSteps: 10);
        ulong second = Interrupted(["train", "--resume", run, .. Job.Data, "--json"], run, afterSteps: (long)first + 10);
        Assert.InRange(second, first + 10, (ulong)Undisturbed.Steps - 1);

        using DistTrainProcess last = DistTrainProcess.Launch(["train", "--resume", run, .. Job.Data, "--json"]);
        last.MustEndAsUndisturbed(run);
        Assert.Equal(second, last.Begin().FirstStep);
    }

    [Fact]
    public void Interrupted_with_processes_leaves_none_of_them_and_resumes_to_the_same_bits()
    {
        string run = folder.In("run");
        IReadOnlyList<int> nodes = [];
        Interrupted(
            ["train", .. Job.Here, "--run-dir", run, "--placement", "processes"], run, afterSteps: 10, train => nodes = ProcessTable.Children(train.Id, "node"));
        Assert.Equal(4, nodes.Count);
        Assert.DoesNotContain(nodes, ProcessTable.IsAlive);

        using DistTrainProcess resumed = DistTrainProcess.Launch(["train", "--resume", run, .. Job.Data, "--json", "--workers", "1"]);
        resumed.MustEndAsUndisturbed(run);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Sends Ctrl-C once the run has made so many steps, and looks at what it leaves.</summary>
    /// <returns>The step it stopped at.</returns>
    private static ulong Interrupted(string[] arguments, string run, long afterSteps, Action<DistTrainProcess>? before = null)
    {
        using DistTrainProcess train = DistTrainProcess.Launch(arguments);
        train.Step(afterSteps);
        before?.Invoke(train);
        train.Send(Signal.Interrupt);

        Assert.Equal(130, train.Exit());
        Summary summary = train.Summary();
        Assert.Equal("stopped", summary.Status);
        Assert.InRange(summary.Steps, (ulong)afterSteps, (ulong)Undisturbed.Steps - 1);
        Assert.Equal(Undisturbed.After((long)summary.Steps), summary.WeightsSha256);
        Assert.True(File.Exists(summary.Checkpoint), $"{summary.Checkpoint} is not there");
        Assert.Contains($"{summary.Steps:D8}.safetensors", summary.Checkpoint);
        RunChecks.MustAuditClean(run);
        return summary.Steps;
    }
}
