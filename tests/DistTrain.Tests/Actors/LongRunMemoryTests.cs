using DistTrain.Node.Hosting;
using DistTrain.Observing;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>What a run holds does not grow with its length.</summary>
[Collection(nameof(LibtorchAlone))]
public class LongRunMemoryTests
{
    private const int Early = 100;
    private const int Late = 1_100;

    /// <summary>Of one gradient kept at every step: 246,824 bytes each.</summary>
    private const long LeakOfAGradientAStep = (Late - Early) * 246_824L;

    // Epochs of 90 steps: the first snapshot is behind when the first look is taken.
    private static readonly JobSpec Job = new()
    {
        Dataset = "synthetic:720", Workers = 2, Shards = 2, BatchSize = 8, Epochs = 20, Steps = Late + 10, LearningRate = 1e-3,
    };

    [Theory]
    [InlineData("torch")]
    [InlineData("simd")]
    public async Task Thousand_steps_leave_live_tensors_pooled_vectors_and_working_set_flat(string engine)
    {
        var plane = new ObservedPlane();
        var looks = new List<MemoryFigures>();
        int engines = 0;
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job with { Engine = engine }, (options, cancellation) => InProcessSession.StartAsync(
            options,
            plane,
            spec =>
            {
                // With a shard each, a worker's calls are the steps; one worker is looked at, on its own thread.
                bool first = Interlocked.Increment(ref engines) == 1;
                int step = 0;
                return new ObservedEngine(WorkerEngines.Create(spec), (_, _) =>
                {
                    step++;
                    if (first && step is (Early or Late))
                    {
                        looks.Add(MemoryFigures.Now(plane));
                    }
                });
            },
            cancellation));

        Assert.Equal("completed", summary.Status);
        Assert.Equal(2, looks.Count);
        (MemoryFigures early, MemoryFigures late) = (looks[0], looks[1]);
        Assert.Equal(engine == "torch", early.Tensors > 0);
        Assert.Equal(early.Tensors, late.Tensors);

        // Pools grow to the most that was ever in use at once, which a rare order of events may still raise by a few.
        Assert.InRange(late.Buffers - early.Buffers, 0, 6);
        Assert.True(late.ManagedBytes - early.ManagedBytes < LeakOfAGradientAStep / 10, $"{early} then {late}");
        Assert.True(late.WorkingSetBytes - early.WorkingSetBytes < LeakOfAGradientAStep / 2, $"{early} then {late}");
    }
}
