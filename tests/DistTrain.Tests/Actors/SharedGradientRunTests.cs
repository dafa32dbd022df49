using System.Diagnostics;
using DistTrain.Node.Hosting;
using DistTrain.Protocol.Client;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Sharing;

namespace DistTrain.Tests.Actors;

public sealed class SharedGradientRunTests
{
    /// <summary>There is one shard, so the other worker waits in every step, and comes to a gradient that lets it come.</summary>
    [Fact]
    public async Task Worker_without_a_shard_takes_parts_of_anothers_gradient()
    {
        var job = new JobSpec { Dataset = "synthetic:1200", Workers = 2, Shards = 1, BatchSize = 12, Epochs = 4, LearningRate = 1e-3 };
        var engines = new List<TwoPartEngine>();
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(job, (options, cancellation) => InProcessSession.StartAsync(
            options,
            new LocalPlane(),
            _ =>
            {
                var engine = new TwoPartEngine(LeNet5.Modern.Layout.Count);
                lock (engines)
                {
                    engines.Add(engine);
                }

                return engine;
            },
            cancellation));

        Assert.Equal("completed", summary.Status);
        Assert.True(run.Audit().Clean);
        Assert.True(engines.Sum(engine => engine.Helped) > 0);
    }

    /// <summary>Its gradients are zeros. The first part waits a while for another thread to take the second.</summary>
    private sealed class TwoPartEngine : IGradientEngine, ISharedEngine, IDividedWork
    {
        private static readonly TimeSpan While = TimeSpan.FromMilliseconds(5);

        private Thread owner = Thread.CurrentThread;
        private volatile bool taken;

        public TwoPartEngine(int parameterCount) => ParameterCount = parameterCount;

        public string Name => "two parts";

        public int ParameterCount { get; }

        public IWorkSharing? Sharing { get; set; }

        /// <summary>Gradients of which another thread did the second part.</summary>
        public int Helped { get; private set; }

        int IDividedWork.Parts => 2;

        public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
        {
            owner = Thread.CurrentThread;
            taken = false;
            gradientSum.Clear();
            Sharing?.Share(this);
            Helped += taken ? 1 : 0;
            return new GradientResult(batch.Count, 0, 0);
        }

        public void Do(int part)
        {
            if (part == 1)
            {
                taken = Thread.CurrentThread != owner;
                return;
            }

            for (long start = Stopwatch.GetTimestamp(); !taken && Stopwatch.GetElapsedTime(start) < While;)
            {
                Thread.Yield();
            }
        }

        public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch) => new(batch.Count, 0, 0);

        public void Dispose()
        {
        }
    }
}
