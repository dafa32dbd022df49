using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Models;
using DistTrain.Training.Sharing;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>An engine parts of whose work other threads do.</summary>
public sealed class SharedEngineTests
{
    private static readonly LabelledImages Images = RandomImages.Make(100, seed: 4);

    /// <summary>Each at every width of vectors.</summary>
    public static TheoryData<string, int> Models => new(SimdModels.AllNames.SelectMany(name => (int[])[4, 8, 16], (name, lanes) => (name, lanes)));

    /// <summary>The caller does none of them: each goes to one of three threads, in an order drawn by lot.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Parts_on_any_threads_in_any_order_give_the_same_bits(string name, int lanes)
    {
        ModelDescription model = SimdModels.Find(name);
        using var alone = new SimdEngine(model, lanes);
        using var shared = new SimdEngine(model, lanes);
        using var threads = new ScatteredParts(count: 3, seed: 1);
        shared.Sharing = threads;
        float[] weights = SimdModels.Initial(model, seed: 3);
        float[] expected = new float[weights.Length];
        float[] actual = new float[weights.Length];
        foreach (int size in (int[])[100, 1, 17, 64, 40, 65, 16])
        {
            Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, size)]);
            GradientResult result = alone.ComputeGradient(weights, batch, expected);

            Assert.Equal(result, shared.ComputeGradient(weights, batch, actual));
            AssertSameBits(expected, actual);
            Assert.Equal(alone.Evaluate(weights, batch), shared.Evaluate(weights, batch));
        }

        if (name.StartsWith("lenet5", StringComparison.Ordinal))
        {
            Assert.InRange(threads.Used, 2, 3);
        }
    }

    /// <summary>A layer with more parts than can be laid open at once.</summary>
    [Fact]
    public void Large_layers_give_the_same_bits()
    {
        ModelDescription model = ModelCatalog.Find("mlp:784-2100-10", new NetworkOptions());
        using var alone = new SimdEngine(model);
        using var shared = new SimdEngine(model);
        using var threads = new ScatteredParts(count: 2, seed: 2);
        shared.Sharing = threads;
        float[] weights = SimdModels.Initial(model, seed: 3);
        float[] expected = new float[weights.Length];
        float[] actual = new float[weights.Length];
        Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, 64)]);

        Assert.Equal(alone.ComputeGradient(weights, batch, expected), shared.ComputeGradient(weights, batch, actual));
        AssertSameBits(expected, actual);
        Assert.Equal(IDividedWork.MostParts, threads.MostParts);
    }

    /// <summary>What one thread computes for several engines, one after the other, is kept apart: another slope, pooling or network.</summary>
    [Fact]
    public void Engines_of_different_models_share_threads()
    {
        string[] names = ["lenet5 LeakyRelu Maximum MeanSquaredError", "lenet5 Relu Maximum", "lenet5 Relu Average"];
        ModelDescription[] models = [.. names.Select(SimdModels.Find), ModelCatalog.Find("lenet5", new NetworkOptions { Activation = ActivationKind.LeakyRelu, LeakySlope = 0.9 })];
        using var threads = new ScatteredParts(count: 1, seed: 3);
        Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, 64)]);
        SimdEngine[] engines = [.. models.Select(model => new SimdEngine(model) { Sharing = threads })];
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < models.Length; i++)
            {
                using var alone = new SimdEngine(models[i]);
                float[] weights = SimdModels.Initial(models[i], seed: 3);
                float[] expected = new float[weights.Length];
                float[] actual = new float[weights.Length];
                alone.ComputeGradient(weights, batch, expected);
                engines[i].ComputeGradient(weights, batch, actual);
                AssertSameBits(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData("lenet5 Relu Maximum")]
    [InlineData("lenet5 Sigmoid Average")]
    [InlineData("mlp:784-65-10 Relu")]
    public void Infinity_that_another_thread_meets_is_reported(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        using var engine = new SimdEngine(model);
        using var threads = new ScatteredParts(count: 2, seed: 4);
        engine.Sharing = threads;
        float[] weights = SimdModels.Initial(model, seed: 3);
        float[] gradient = new float[weights.Length];
        Batch batch = RandomImages.Batch(Images, [.. Enumerable.Range(0, 64)]);
        engine.ComputeGradient(weights, batch, gradient);
        weights[7] = float.PositiveInfinity;

        Assert.Throws<NonFiniteLossException>(() => engine.ComputeGradient(weights, batch, gradient));
    }

    /// <summary>Bits, as 0 and -0 are equal.</summary>
    private static void AssertSameBits(float[] expected, float[] actual) =>
        Assert.Equal(MemoryMarshal.Cast<float, int>(expected.AsSpan()), MemoryMarshal.Cast<float, int>(actual.AsSpan()));

    /// <summary>Threads of its own that do all parts, in an order drawn by lot, and each part on one drawn by lot: whoever is free would often be the same.</summary>
    private sealed class ScatteredParts : IWorkSharing, IDisposable
    {
        private readonly BlockingCollection<Action>[] jobs;
        private readonly ConcurrentDictionary<Thread, bool> used = [];
        private readonly Thread[] threads;
        private readonly Random random;

        public ScatteredParts(int count, int seed)
        {
            random = new Random(seed);
            jobs = [.. Enumerable.Range(0, count).Select(_ => new BlockingCollection<Action>())];
            threads = [.. jobs.Select(own => new Thread(() => Work(own)))];
            Array.ForEach(threads, thread => thread.Start());
        }

        public int Used => used.Count;

        public int MostParts { get; private set; }

        public void Share(IDividedWork work)
        {
            int[] order = [.. Enumerable.Range(0, work.Parts)];
            random.Shuffle(order);
            MostParts = Math.Max(MostParts, work.Parts);
            using var done = new CountdownEvent(order.Length);
            Exception? failed = null;
            foreach (int part in order)
            {
                jobs[random.Next(jobs.Length)].Add(() =>
                {
                    used.TryAdd(Thread.CurrentThread, true);
                    try
                    {
                        work.Do(part);
                    }
                    catch (Exception error)
                    {
                        failed = error;
                    }

                    done.Signal();
                });
            }

            Assert.True(done.Wait(Plane.Wait.Deadline));
            Assert.Null(failed);
        }

        public void Dispose()
        {
            Array.ForEach(jobs, own => own.CompleteAdding());
            Array.ForEach(threads, thread => Assert.True(thread.Join(Plane.Wait.Deadline)));
            Array.ForEach(jobs, own => own.Dispose());
        }

        private static void Work(BlockingCollection<Action> jobs)
        {
            foreach (Action job in jobs.GetConsumingEnumerable())
            {
                job();
            }
        }
    }
}
