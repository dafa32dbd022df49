using Akka.Actor;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Hosting;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

/// <summary>The result does not depend on who computed it.</summary>
[Collection(nameof(LibtorchAlone))]
public class InvarianceTests
{
    /// <summary>With the default engine, which is simd.</summary>
    private static readonly Lazy<Task<string>> Undisturbed = new(() => LocalRun.DigestOfAsync(LocalRun.Small with { Workers = 1 }));

    private static readonly Lazy<Task<string>> UndisturbedByTorch = new(() => LocalRun.DigestOfAsync(LocalRun.Small with { Workers = 1, Engine = "torch" }));

    [Theory]
    [InlineData("simd", 2, 1)]
    [InlineData("simd", 3, 1)]
    [InlineData("simd", 4, 1)]
    [InlineData("simd", 1, 3)]
    [InlineData("simd", 3, 3)]
    [InlineData("torch", 2, 1)]
    [InlineData("torch", 3, 1)]
    [InlineData("torch", 4, 1)]
    [InlineData("torch", 1, 3)]
    [InlineData("torch", 3, 3)]
    public async Task Weights_with_any_number_of_workers_and_partitions_are_the_same_bits(string engine, int workers, int partitions) =>
        Assert.Equal(
            await (engine == "simd" ? Undisturbed : UndisturbedByTorch).Value,
            await LocalRun.DigestOfAsync(LocalRun.Small with { Engine = engine, Workers = workers, Partitions = partitions }));

    [Fact]
    public async Task Engine_asked_for_as_auto_is_recorded_by_the_name_of_what_computes()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(LocalRun.Small with { Engine = "auto", Steps = 2 });

        Assert.Equal("simd", summary.Engine);
        Assert.Equal("simd", run.Records.First(record => record.KindCase == RunRecord.KindOneofCase.Start).Start.Engine);
        Assert.Equal("simd", run.LastCheckpoint.Job.Engine);
        Assert.Empty(run.Events(RunEvents.Engine));
    }

    [Fact]
    public async Task Weights_of_another_seed_shuffle_or_shard_count_differ()
    {
        string digest = await Undisturbed.Value;
        Assert.NotEqual(digest, await LocalRun.DigestOfAsync(LocalRun.Small with { Seed = 2 }));
        Assert.NotEqual(digest, await LocalRun.DigestOfAsync(LocalRun.Small with { Shards = 3 }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Weights_after_workers_stopped_and_others_came_at_any_step_are_the_same_bits(int seed)
    {
        using var run = new LocalRun();
        var random = new Random(seed);
        int started = 0;
        Summary summary = await run.TrainAsync(LocalRun.Small with { Workers = 2, MaxWorkers = 3, Partitions = 2 }, (session, record) =>
        {
            if (record.KindCase == RunRecord.KindOneofCase.Event && record.Event.Code == RunEvents.WorkerJoined && random.Next(3) > 0 && started < 8)
            {
                // Whoever is there is stopped without a word; another comes in its place.
                session.Workers[random.Next(session.Workers.Count)].Tell(PoisonPill.Instance);
                session.StartWorker($"spare-{++started}");
            }

            return Task.CompletedTask;
        });
        Assert.Equal("completed", summary.Status);
        Assert.NotEqual(0, started);
        Assert.Equal(await Undisturbed.Value, summary.WeightsSha256);
        Assert.Empty(run.Audit().Problems);
        Assert.All(run.Events(RunEvents.Stalled), stalled => Assert.Contains("worker", stalled.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(25, 3)]
    public async Task Weights_after_stop_and_resume_are_the_same_bits(int stopAfter, int partitions)
    {
        using var run = new LocalRun();
        JobSpec spec = LocalRun.Small with { Partitions = partitions };
        bool stopped = false;
        Summary first = await run.TrainAsync(spec, async (session, record) =>
        {
            if (!stopped && record.KindCase == RunRecord.KindOneofCase.Step && record.Step.Step >= (ulong)stopAfter)
            {
                stopped = true;
                await session.Service.StopAsync("a test", CancellationToken.None);
            }
        });
        Assert.Equal("stopped", first.Status);
        Assert.InRange((long)first.Steps, stopAfter, 49);
        Assert.True(run.Audit().Clean);

        Summary second = await run.TrainAsync(spec with { Workers = 3 }, resume: true);
        Assert.Equal("completed", second.Status);
        Assert.Equal(await Undisturbed.Value, second.WeightsSha256);
        Assert.Empty(run.Audit().Problems);
    }

    [Theory]
    [InlineData("torch", "modern")]
    [InlineData("torch", "classic")]
    [InlineData("simd", "modern")]
    [InlineData("simd", "classic")]
    public async Task Weights_after_fifty_steps_are_those_of_a_plain_torch_loop_over_the_same_batches(string engine, string variant)
    {
        using var run = new LocalRun();
        JobSpec spec = LocalRun.Small with { Engine = engine, Variant = variant, Epochs = 3, Steps = 50, Partitions = 2 };
        await run.TrainAsync(spec);

        ImageDataset data = await DatasetCatalog.OfThisMachine(null).LoadAsync(spec.Dataset, null, CancellationToken.None);
        var plan = new EpochPlan(data.Train.Count, spec.Shards, spec.BatchSize, spec.Seed);
        ShardSampler[] samplers = [.. Enumerable.Range(0, spec.Shards).Select(shard => new ShardSampler(plan, shard))];
        int[][] batches = [.. Enumerable.Range(0, 50).Select(step => samplers.SelectMany(sampler => sampler.Samples(step).ToArray()).ToArray())];
        double[] rates = [.. Enumerable.Range(1, 50).Select(update => spec.LearningRates(plan.StepsPerEpoch).At(update))];
        ModelDescription model = ModelCatalog.Find(spec.Model, spec.Variant);
        float[] initial = new float[model.Layout.Count];
        model.Initialise(spec.Seed, initial);
        float[] expected = PlainTorchLoop.Train(variant == "modern", initial, data, batches, rates);

        float[] trained = run.LastCheckpoint.Weights;
        Assert.Equal(50, run.LastCheckpoint.Step);

        Assert.InRange(Distance(trained, expected) / Norm(expected), 0, 1e-5);
        Assert.InRange(Distance(initial, expected) / Norm(expected), 1e-2, 1);
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static double Distance(float[] a, float[] b) => Norm([.. a.Zip(b, (x, y) => x - y)]);
}
