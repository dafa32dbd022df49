using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>What is dropped does not depend on who computed it either.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class DropoutInvarianceTests
{
    private static readonly JobSpec Small = LocalRun.Small with { Model = "mlp:784-40-24-10", Dropout = 0.3, Steps = 30 };

    private static readonly Lazy<Task<string>> BySimd = new(() => LocalRun.DigestOfAsync(Small with { Engine = "simd", Workers = 1 }));

    private static readonly Lazy<Task<string>> ByTorch = new(() => LocalRun.DigestOfAsync(Small with { Engine = "torch", Workers = 1 }));

    [Theory]
    [InlineData("simd", 2, 1)]
    [InlineData("simd", 3, 2)]
    [InlineData("simd", 4, 1)]
    [InlineData("torch", 2, 1)]
    [InlineData("torch", 3, 2)]
    [InlineData("torch", 4, 1)]
    public async Task Weights_with_any_number_of_workers_and_partitions_are_the_same_bits(string engine, int workers, int partitions) =>
        Assert.Equal(
            await (engine == "simd" ? BySimd : ByTorch).Value,
            await LocalRun.DigestOfAsync(Small with { Engine = engine, Workers = workers, Partitions = partitions }));

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public async Task Weights_after_a_worker_was_lost_and_after_a_resume_are_the_same_bits(string engine)
    {
        using var run = new LocalRun();

        Summary last = await run.TrainThroughLossAndResumeAsync(Small with { Engine = engine });

        Assert.Equal("completed", last.Status);
        Assert.Equal(await (engine == "simd" ? BySimd : ByTorch).Value, last.WeightsSha256);
    }

    [Fact]
    public async Task Weights_of_another_probability_differ()
    {
        string digest = await BySimd.Value;
        Assert.NotEqual(digest, await LocalRun.DigestOfAsync(Small with { Engine = "simd", Dropout = 0 }));
        Assert.NotEqual(digest, await LocalRun.DigestOfAsync(Small with { Engine = "simd", Dropout = 0.31 }));
    }

    [Fact]
    public async Task Run_says_that_it_drops()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Small with { Steps = 1 });

        Assert.Equal("modern, dropout 0.3", summary.Variant);
        Assert.Equal(0.3, run.LastCheckpoint.Job.Dropout);
    }
}
