using DistTrain.Protocol.Client;
using DistTrain.Tests.Runs;
using DistTrain.Tests.Reference;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Actors;

/// <summary>Every optimizer, through the actors: it learns, and who computes changes nothing.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class OptimizerRunTests
{
    private static readonly JobSpec Small = LocalRun.Small with { Model = "mlp:784-24-10", LearningRate = null, Steps = 50, Epochs = 3 };

    private static readonly JobSpec Momentum = Small with { Optimizer = "momentum", L2 = 1e-3 };

    private static readonly JobSpec RmsProp = Small with { Optimizer = "rmsprop", L2 = 1e-3, L1 = 1e-5 };

    private static readonly JobSpec NAdam = Small with { Optimizer = "nadam", L2 = 1e-3 };

    public static TheoryData<string> All => [.. OptimizerCatalog.All.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Loss_falls_over_fifty_steps_and_the_spec_names_what_was_resolved(string optimizer)
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Small with { Optimizer = optimizer });

        Assert.Equal("completed", summary.Status);
        double[] losses = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Step).Select(record => record.Step.Loss)];
        Assert.Equal(50, losses.Length);
        Assert.InRange(losses.TakeLast(10).Average(), 0, losses.Take(10).Average() * 0.6);
        OptimizerDescription known = OptimizerCatalog.Find(optimizer);
        JobSpec recorded = JobSpecJson.Read(File.ReadAllText(Path.Combine(run.Directory, "spec.json")), "spec.json");
        Assert.Equal((known.LearningRate, known.WeightDecay), (recorded.LearningRate, recorded.WeightDecay));
        RunStart start = run.Records.First(record => record.KindCase == RunRecord.KindOneofCase.Start).Start;
        Assert.StartsWith(optimizer, start.Optimizer, StringComparison.Ordinal);
        Assert.Equal(known.LearningRate, start.LearningRate);
        Checkpoint last = run.LastCheckpoint;
        int Expected(Moments moment) => known.Moments.Length(moment, last.Weights.Length);
        Assert.Equal((Expected(Moments.First), Expected(Moments.Second)), (last.FirstMoment.Length, last.SecondMoment.Length));
    }

    [Fact]
    public async Task Weights_with_any_number_of_workers_and_partitions_are_the_same_bits()
    {
        foreach (JobSpec job in new[] { Momentum, RmsProp, NAdam })
        {
            string one = await LocalRun.DigestOfAsync(job with { Workers = 1 });
            Assert.Equal(one, await LocalRun.DigestOfAsync(job with { Workers = 4 }));
            Assert.Equal(one, await LocalRun.DigestOfAsync(job with { Workers = 2, Partitions = 3 }));
            Assert.NotEqual(one, await LocalRun.DigestOfAsync(job with { L2 = 0 }));
        }
    }

    [Fact]
    public async Task Momentum_of_NAdam_grows_as_fast_as_is_asked()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(NAdam with { MomentumDecay = 10 });

        Assert.Equal(10, run.LastCheckpoint.Job.MomentumDecay);
        Assert.NotEqual(await LocalRun.DigestOfAsync(NAdam), summary.WeightsSha256);
    }

    [Fact]
    public async Task Clipped_by_the_norm_over_all_partitions_the_weights_are_the_same_bits()
    {
        JobSpec job = Momentum with { ClipNorm = 0.2 };
        string one = await LocalRun.DigestOfAsync(job with { Workers = 1 });
        Assert.Equal(one, await LocalRun.DigestOfAsync(job with { Workers = 2 }));
        Assert.Equal(one, await LocalRun.DigestOfAsync(job with { Workers = 1, Partitions = 3 }));
        Assert.Equal(one, await LocalRun.DigestOfAsync(job with { Workers = 3, Partitions = 4 }));
        Assert.NotEqual(one, await LocalRun.DigestOfAsync(job with { ClipNorm = 0 }));
        Assert.Equal(await LocalRun.DigestOfAsync(job with { ClipNorm = 0 }), await LocalRun.DigestOfAsync(job with { ClipNorm = 1e6, Partitions = 2 }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Weights_after_stop_and_resume_are_the_same_bits(string optimizer)
    {
        // A partition waits while two checkpoints are on their way, so the run cannot be over before the stop is there.
        JobSpec job = Small with { Optimizer = optimizer, Epochs = 8, Steps = 200, CheckpointEvery = 5, Partitions = 2, L2 = 1e-4, ClipNorm = optimizer == "nesterov" ? 0.3 : 0 };
        string undisturbed = await LocalRun.DigestOfAsync(job with { Workers = 1 });
        using var run = new LocalRun();
        bool stopped = false;
        Summary first = await run.TrainAsync(job, async (session, record) =>
        {
            if (!stopped && record.KindCase == RunRecord.KindOneofCase.Step && record.Step.Step >= 5)
            {
                stopped = true;
                await session.Service.StopAsync("a test", CancellationToken.None);
            }
        });
        Assert.Equal("stopped", first.Status);
        Summary second = await run.TrainAsync(job with { Workers = 3 }, resume: true);

        Assert.Equal(("completed", undisturbed), (second.Status, second.WeightsSha256));
        Assert.True(run.Audit().Clean);
    }

    [Fact]
    public async Task Weights_of_one_optimizer_start_another_and_its_moments_do_not_go_on()
    {
        using var run = new LocalRun();
        await run.TrainAsync(Momentum with { Steps = 5 });
        using var from = new LocalRun();
        Assert.Equal("completed", (await from.TrainAsync(RmsProp with { From = run.Directory, Steps = 5 })).Status);

        string file = Path.Combine(run.Directory, "spec.json");
        File.WriteAllText(file, JobSpecJson.Write(JobSpecJson.Read(File.ReadAllText(file), file) with { Optimizer = "adam", Steps = 10 }));
        Summary refused = await run.TrainAsync(Momentum, resume: true);

        Assert.Equal("refused", refused.Status);
        Assert.Contains($"its moments are those of momentum, and {file} names adam", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--from", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
