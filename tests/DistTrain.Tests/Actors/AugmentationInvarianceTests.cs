using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Node.Hosting;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

/// <summary>What becomes of an image does not depend on who computes with it either.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class AugmentationInvarianceTests
{
    private static readonly JobSpec Small = LocalRun.Small with
    {
        Model = "mlp:784-24-10", Engine = "simd", AugmentShift = 2, AugmentRotate = 12, AugmentNoise = 0.05, AugmentFlip = 0.5, Steps = 30, Workers = 1,
    };

    private static readonly Lazy<Task<string>> ByOne = new(() => LocalRun.DigestOfAsync(Small));

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public async Task Weights_with_any_number_of_workers_and_partitions_are_the_same_bits(int workers, int partitions) =>
        Assert.Equal(await ByOne.Value, await LocalRun.DigestOfAsync(Small with { Workers = workers, Partitions = partitions }));

    [Fact]
    public async Task Weights_after_a_worker_was_lost_and_after_a_resume_are_the_same_bits()
    {
        using var run = new LocalRun();

        Summary last = await run.TrainThroughLossAndResumeAsync(Small);

        Assert.Equal("completed", last.Status);
        Assert.Equal(await ByOne.Value, last.WeightsSha256);
    }

    [Fact]
    public async Task Weights_differ_with_each_option()
    {
        string[] digests = await Task.WhenAll(
            ByOne.Value,
            LocalRun.DigestOfAsync(Small with { AugmentShift = 1 }),
            LocalRun.DigestOfAsync(Small with { AugmentRotate = 0 }),
            LocalRun.DigestOfAsync(Small with { AugmentNoise = 0.06 }),
            LocalRun.DigestOfAsync(Small with { AugmentFlip = 0 }));

        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    /// <summary>With either engine, and with any number of workers, a microbatch has the images that the job says.</summary>
    [Fact]
    public async Task Engines_are_given_the_images_that_the_job_says()
    {
        ConcurrentDictionary<DropoutKey, ulong> bySimd = await InputsAsync(Small);
        ConcurrentDictionary<DropoutKey, ulong> byTorch = await InputsAsync(Small with { Engine = "torch", Workers = 3 });

        ImageDataset data = SyntheticDigits.Draw(Small.Dataset, SyntheticDigits.CountIn(Small.Dataset));
        var plan = new EpochPlan(data.Train.Count, Small.Shards, Small.BatchSize, Small.Seed);
        var augmenter = new ImageAugmenter(Small.Augmentation(), data.Train, PixelNormalisation.Of(data), Small.Seed);
        var batch = new Batch(data.Train, data.Mean, data.StandardDeviation, plan.MicrobatchSize(0));

        // Workers may have begun with what follows the last step.
        Assert.Equal(30 * 4, bySimd.Keys.Count(key => key.Update <= Small.Steps));
        foreach ((DropoutKey key, ulong inputs) in bySimd.Where(seen => seen.Key.Update <= Small.Steps))
        {
            int[] samples = new ShardSampler(plan, key.Shard).Samples(key.Update - 1).ToArray();
            batch.Fill(data.Train, samples);
            augmenter.Apply(batch, samples, plan.EpochOf(key.Update - 1));
            Assert.Equal(HashOf(batch), inputs);
            Assert.Equal(inputs, byTorch[key]);
        }
    }

    [Fact]
    public async Task Run_says_what_is_done_to_images_and_tests_them_as_they_are()
    {
        using var run = new LocalRun();

        // Noise as strong as the images: were those for testing changed too, its accuracy would depend on it.
        await run.TrainAsync(Small with { Steps = 1, LearningRate = 1e-12, AugmentNoise = 1, AugmentRotate = 180 });
        using var plain = new LocalRun();
        await plain.TrainAsync(Small with { Steps = 1, LearningRate = 1e-12, AugmentShift = 0, AugmentRotate = 0, AugmentNoise = 0, AugmentFlip = 0 });

        Assert.Contains(run.Events("data"), said => said.Message == "training images are shifted by up to 2 pixels, turned by up to 180 degrees, mirrored with probability 0.5, given noise of deviation 1");
        Assert.DoesNotContain(plain.Events("data"), said => said.Message.Contains("training images", StringComparison.Ordinal));
        Assert.Equal(plain.Summary.TestLoss, run.Summary.TestLoss, 1e-6);
    }

    private static async Task<ConcurrentDictionary<DropoutKey, ulong>> InputsAsync(JobSpec spec)
    {
        var seen = new ConcurrentDictionary<DropoutKey, ulong>();
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(spec, (options, cancellation) => InProcessSession.StartAsync(
            options, new LocalPlane(), job => new InputsEngine(WorkerEngines.Create(job), seen), cancellation));
        Assert.Equal("completed", summary.Status);
        return seen;
    }

    private static ulong HashOf(Batch batch) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(batch.Inputs));

    private sealed class InputsEngine(IGradientEngine engine, ConcurrentDictionary<DropoutKey, ulong> seen) : IGradientEngine
    {
        public string Name => engine.Name;

        public int ParameterCount => engine.ParameterCount;

        public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
        {
            Assert.Equal(HashOf(batch), seen.GetOrAdd(batch.Dropout!.Value, HashOf(batch)));
            return engine.ComputeGradient(weights, batch, gradientSum);
        }

        public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch) => engine.Evaluate(weights, batch);

        public void Dispose() => engine.Dispose();
    }
}
