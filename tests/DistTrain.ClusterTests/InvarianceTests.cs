using System.Globalization;
using System.Runtime.InteropServices;
using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.ClusterTests;

/// <summary>The same weights, whoever computes them.</summary>
public sealed class InvarianceTests : IDisposable
{
    private const int Steps = 30;

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    public void Workers_and_partitions_in_one_process_give_the_same_bits(int workers, int partitions)
    {
        using DistTrainProcess train = DistTrainProcess.Launch(
            [
                "train", .. Job.Here, "--run-dir", folder.In("run"), "--workers", Text(workers), "--partitions", Text(partitions), "--steps", Text(Steps),
            ]);

        Assert.Equal(0, train.Exit());
        Summary summary = train.Summary();
        Assert.Equal((ulong)Steps, summary.Steps);
        Assert.Equal(Undisturbed.After(Steps), summary.WeightsSha256);
    }

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public void Processes_that_train_starts_give_the_same_bits_through_shared_memory_and_sockets(string sharedMemory)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"Cluster tests train on {Job.Spec.Dataset} ({Job.Mnist ?? "drawn"}).");
        using DistTrainProcess train = DistTrainProcess.LaunchWith(
            "DISTTRAIN_SHARED_MEMORY", sharedMemory, ["train", .. Job.Here, "--run-dir", folder.In("run"), "--placement", "processes", "--workers", "2"]);
        train.Step(1);
        foreach (EventRecord joined in train.Events.Where(happened => happened.Code == "worker-joined"))
        {
            Assert.Equal(sharedMemory == "on" && OperatingSystem.IsLinux(), joined.Message.EndsWith(", memory shared with the server", StringComparison.Ordinal));
        }

        IReadOnlyList<int> nodes = ProcessTable.Children(train.Id, "node");

        train.MustEndAsUndisturbed(folder.In("run"));

        Assert.Equal(4, nodes.Count);
        Assert.DoesNotContain(nodes, ProcessTable.IsAlive);
    }

    /// <summary>There is one shard, so one worker waits in every step; on its processor a thread of the other's process takes parts of the gradient.</summary>
    [Fact]
    public void Worker_without_a_shard_lends_its_processor_to_another_process_and_the_bits_are_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Processors are lent on Linux, on x64.");
        Assert.SkipWhen(Environment.ProcessorCount == 1, "There is no second processor.");
        JobSpec job = Job.Spec with { Shards = 1 };
        using DistTrainProcess train = DistTrainProcess.Launch(
            ["train", .. Job.Arguments(job), .. Job.Data, "--run-dir", folder.In("run"), "--placement", "processes", "--workers", "2"]);
        train.Step(1);
        IReadOnlyList<int> nodes = ProcessTable.Children(train.Id, "node");
        Assert.True(
            SpinWait.SpinUntil(() => nodes.Any(node => ProcessTable.RunTime(node, "borrower") > TimeSpan.FromMilliseconds(20)), DistTrainProcess.Patience),
            "No thread ran on a lent processor.");

        Assert.Equal(0, train.Exit());
        Summary summary = train.Summary();
        Assert.Equal(new Undisturbed(job).DigestAfter((long)summary.Steps), summary.WeightsSha256);
        RunChecks.MustAuditClean(folder.In("run"));
    }

    /// <summary>The norm is over all partitions, which are in three processes.</summary>
    [Fact]
    public void Processes_whose_partitions_clip_by_the_norm_give_the_bits_of_one_loop()
    {
        JobSpec job = Job.Spec with { Optimizer = "nesterov", ClipNorm = 0.5 };
        using DistTrainProcess train = DistTrainProcess.Launch(
            [
                "train", .. Job.Here, "--run-dir", folder.In("run"), "--placement", "processes", "--workers", "2", "--partitions", "3", "--steps", Text(Steps),
                "--optimizer", "nesterov", "--clip-norm", "0.5",
            ]);

        Assert.Equal(0, train.Exit());
        Assert.Equal(new Undisturbed(job).DigestAfter(Steps), train.Summary().WeightsSha256);
        RunChecks.MustAuditClean(folder.In("run"));
    }

    public void Dispose() => folder.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
