using DistTrain.Protocol.Client;
using DistTrain.Tests.Runs;
using DistTrain.Tests.Trained;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>Runs that start from the weights of a file: <c>train --from</c>.</summary>
public sealed class StartingWeightsTests : IDisposable
{
    private static readonly JobSpec Job = LocalRun.Small with { Model = "mlp:784-20-10", Epochs = 1, Steps = 10 };

    private readonly TemporaryFolder folder = new();
    private readonly Checkpoint start = TrainedCheckpoint.Of("mlp:784-20-10", "modern");

    [Fact]
    public async Task Weights_of_the_file_are_where_it_starts_and_the_bits_do_not_depend_on_the_workers()
    {
        string file = TrainedCheckpoint.Write(folder.In("start"), start);
        var digests = new HashSet<string>();
        foreach ((int workers, int partitions) in ((int, int)[])[(1, 1), (3, 2)])
        {
            digests.Add(await LocalRun.DigestOfAsync(Job with { From = file, Workers = workers, Partitions = partitions }));
        }

        Assert.Single(digests);
        Assert.DoesNotContain(await LocalRun.DigestOfAsync(Job), digests);

        // Equal to the weights that the seed draws, they give the run that the seed gives.
        Checkpoint drawn = TrainedCheckpoint.Of("mlp:784-20-10", "modern", steps: 0);
        string fromDrawn = await LocalRun.DigestOfAsync(Job with { From = TrainedCheckpoint.Write(folder.In("drawn"), drawn) });
        Assert.Equal(await LocalRun.DigestOfAsync(Job), fromDrawn);
    }

    [Fact]
    public async Task Digest_is_in_the_spec_and_a_file_that_has_changed_is_refused()
    {
        string file = TrainedCheckpoint.Write(folder.In("start"), start);
        using var first = new LocalRun();
        Summary done = await first.TrainAsync(Job with { From = file });
        JobSpec spec = JobSpecJson.Read(File.ReadAllText(Path.Combine(first.Directory, "spec.json")), "spec.json");
        using var same = new LocalRun();
        Summary again = await same.TrainAsync(spec);

        start.Weights[5] += 1;
        TrainedCheckpoint.Write(file, start);
        using var other = new LocalRun();
        Summary changed = await other.TrainAsync(spec);

        Assert.Equal((file, done.WeightsSha256), (spec.From, again.WeightsSha256));
        Assert.Equal(64, spec.FromSha256.Length);
        Assert.Equal("refused", changed.Status);
        Assert.Contains($"have changed: the job names SHA-256 {spec.FromSha256}", changed.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(other.Directory));
    }

    [Fact]
    public async Task Resumed_run_does_not_need_the_file()
    {
        string file = TrainedCheckpoint.Write(folder.In("start"), start);
        JobSpec whole = Job with { From = file, Epochs = 2, Steps = 30, CheckpointEvery = 5 };
        string expected = await LocalRun.DigestOfAsync(whole);
        using var run = new LocalRun();
        bool stopped = false;
        await run.TrainAsync(whole, async (session, record) =>
        {
            if (!stopped && record.KindCase == RunRecord.KindOneofCase.Step)
            {
                stopped = true;
                await session.Service.StopAsync("enough", CancellationToken.None);
            }
        });
        Assert.Equal("stopped", run.Summary.Status);
        File.Delete(file);

        Summary resumed = await run.TrainAsync(JobSpecJson.Read(File.ReadAllText(Path.Combine(run.Directory, "spec.json")), "spec.json"), resume: true);

        Assert.Equal(("completed", expected), (resumed.Status, resumed.WeightsSha256));
    }

    [Theory]
    [InlineData("mlp:784-21-10", "modern", "is of mlp:784-20-10 (modern), and the job is about mlp:784-21-10 (modern)")]
    [InlineData("mlp:784-20-10", "classic", "is of mlp:784-20-10 (modern), and the job is about mlp:784-20-10 (classic)")]
    [InlineData("mlp:784-20-10", "modern", "is of mlp:784-20-10 (modern), and the job is about mlp:784-20-10 (modern, tanh)", "tanh")]
    public async Task Weights_of_another_network_are_refused(string model, string variant, string says, string activation = "auto")
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Job with { Model = model, Variant = variant, Activation = activation, From = TrainedCheckpoint.Write(folder.In("start"), start) });

        Assert.Equal("refused", summary.Status);
        Assert.Contains(says, summary.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_there_is_refused()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Job with { From = folder.In("absent") });

        Assert.Equal("refused", summary.Status);
        Assert.StartsWith($"--from: {folder.In("absent")}", summary.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
