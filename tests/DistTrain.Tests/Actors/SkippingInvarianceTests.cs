using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>Which samples have no gradient, as their loss is small, does not depend on who computed them.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class SkippingInvarianceTests
{
    private static readonly JobSpec Small = LocalRun.Small with { SkipLossBelow = 0.5, Steps = 30 };

    private static readonly Lazy<Task<string>> BySimd = new(() => LocalRun.DigestOfAsync(Small with { Engine = "simd", Workers = 1 }));

    private static readonly Lazy<Task<string>> ByTorch = new(() => LocalRun.DigestOfAsync(Small with { Engine = "torch", Workers = 1 }));

    [Theory]
    [InlineData("simd", 2, 1)]
    [InlineData("simd", 3, 2)]
    [InlineData("torch", 2, 2)]
    public async Task Weights_with_any_number_of_workers_and_partitions_are_the_same_bits(string engine, int workers, int partitions) =>
        Assert.Equal(
            await (engine == "simd" ? BySimd : ByTorch).Value,
            await LocalRun.DigestOfAsync(Small with { Engine = engine, Workers = workers, Partitions = partitions }));

    [Fact]
    public async Task Weights_after_a_worker_was_lost_and_after_a_resume_are_the_same_bits()
    {
        using var run = new LocalRun();

        Summary last = await run.TrainThroughLossAndResumeAsync(Small with { Engine = "simd" });

        Assert.Equal("completed", last.Status);
        Assert.Equal(await BySimd.Value, last.WeightsSha256);
    }

    [Fact]
    public async Task Weights_of_another_bound_differ()
    {
        string digest = await BySimd.Value;
        Assert.NotEqual(digest, await LocalRun.DigestOfAsync(Small with { Engine = "simd", SkipLossBelow = 0 }));
        Assert.NotEqual(digest, await LocalRun.DigestOfAsync(Small with { Engine = "simd", SkipLossBelow = 1 }));
    }

    [Fact]
    public async Task Run_says_what_it_skips()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Small with { Steps = 1 });

        Assert.Equal("modern, loss below 0.5 skipped", summary.Variant);
        Assert.Equal(0.5, run.LastCheckpoint.Job.SkipLossBelow);
    }

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public async Task Epochs_say_how_many_they_skipped(string engine)
    {
        using var run = new LocalRun();
        using var other = new LocalRun();

        await run.TrainAsync(LocalRun.Small with { SkipLossBelow = 0.5, Engine = engine });
        await other.TrainAsync(LocalRun.Small with { Engine = engine });

        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];
        Assert.Equal(2, epochs.Length);
        Assert.InRange(epochs[0].Skipped, 0.01, 0.99);
        Assert.InRange(epochs[1].Skipped, epochs[0].Skipped, 1);
        Assert.All(epochs, epoch => Assert.Equal(Math.Round(epoch.Skipped * 1200), epoch.Skipped * 1200, 1e-9));
        Assert.DoesNotContain(other.Records, record => record.KindCase == RunRecord.KindOneofCase.Epoch && record.Epoch.HasSkipped);
    }
}
