using DistTrain.Node.Emulation;
using DistTrain.Node.Hosting;
using DistTrain.Observing;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Actors;

/// <summary>What a step allocates in a run of the real actors, beside its engine: what is told of it, and nothing else.</summary>
/// <remarks>
/// Counted over stretches of as many steps as fill five accounts. What comes with time and not with steps (ticks, times, a
/// checkpoint) is in some of them: a tick sends an account from its own thread, so of the threads that make steps the median stretch
/// counts, and of the process, whose other threads have work of their own, the cheapest. An object more a step would be in all.
/// </remarks>
[Collection(nameof(LibtorchAlone))]
public sealed class StepAllocationTests
{
    private const int Stretch = 5 * 64;
    private const int Stretches = 12;
    private const int Workers = 2;

    /// <summary>A step in the account to the coordinator: time and rate, and 36 bytes for each shard's microbatch.</summary>
    private const int AccountOfAStep = 16 + (Workers * 36);

    /// <summary>The account's own objects, divided by its 64 steps.</summary>
    private const int ShareOfAnAccount = 12;

    /// <summary>The record of a step that every reader of the run gets: two messages of protobuf.</summary>
    private const int RecordOfAStep = 144;

    /// <summary>Arrays of records that grow as they are kept or handed to readers, and ticks where the machine is so slow that they fall into every stretch.</summary>
    private const int Lists = 120;

    private static readonly JobSpec Job = new()
    {
        Dataset = "synthetic:2400", Workers = Workers, Shards = Workers, BatchSize = Workers, Epochs = 4, Steps = (Stretches * Stretch) + 10, LearningRate = 1e-3,
    };

    [Fact]
    public async Task Step_allocates_its_account_on_the_threads_that_make_it_and_its_record_elsewhere()
    {
        var ofWorkers = new List<long>[Workers];
        var ofProcess = new List<long>(Stretches);
        int engines = 0;
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job, (options, cancellation) => InProcessSession.StartAsync(
            options,
            new LocalPlane(),
            _ =>
            {
                int worker = Interlocked.Increment(ref engines) - 1;
                List<long> own = ofWorkers[worker] = new List<long>(Stretches);
                int step = 0;
                var engine = new EmulatedEngine(LeNet5.Modern.Layout.Count, TimeSpan.Zero, TimeProvider.System, _ => { });
                return new ObservedEngine(engine, (_, _) =>
                {
                    if (++step % Stretch == 0)
                    {
                        own.Add(GC.GetAllocatedBytesForCurrentThread());
                        if (worker == 0)
                        {
                            ofProcess.Add(GC.GetTotalAllocatedBytes(precise: true));
                        }
                    }
                });
            },
            cancellation));

        Assert.Equal("completed", summary.Status);
        Assert.All(ofWorkers, own => Assert.Equal(Stretches, own.Count));
        double[] workers = Differences([.. ofWorkers[0].Zip(ofWorkers[1], (a, b) => a + b)]);
        double[] process = Differences(ofProcess);

        // The smallest object has 24 bytes: one more a step is beyond the first bound.
        // On a slow machine a tick falls into every stretch, and takes part of the account with it.
        Assert.InRange(Median(workers), 1, AccountOfAStep + ShareOfAnAccount + 11);
        Assert.InRange(process.Min(), AccountOfAStep + 64, AccountOfAStep + ShareOfAnAccount + RecordOfAStep + Lists);
    }

    /// <summary>Bytes a step of each stretch; the first ones warm up.</summary>
    private static double[] Differences(List<long> readings) =>
        [.. readings.Zip(readings.Skip(1), (before, after) => (double)(after - before) / Stretch).Skip(2)];

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
