using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Actors;

/// <summary>A run whose functions are none of the variant's is a function of its job too, and says what it is.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class ActivationAndLossInvarianceTests
{
    private static readonly JobSpec Small = LocalRun.Small with { Activation = "tanh", Pooling = "average", Loss = "bce", Steps = 15 };

    private static readonly Lazy<Task<string>> BySimd = new(() => LocalRun.DigestOfAsync(Small with { Engine = "simd", Workers = 1 }));

    private static readonly Lazy<Task<string>> ByTorch = new(() => LocalRun.DigestOfAsync(Small with { Engine = "torch", Workers = 1 }));

    [Theory]
    [InlineData("simd", 2, 1)]
    [InlineData("simd", 3, 2)]
    [InlineData("torch", 3, 2)]
    public async Task Weights_with_any_number_of_workers_and_partitions_are_the_same_bits(string engine, int workers, int partitions) =>
        Assert.Equal(
            await (engine == "simd" ? BySimd : ByTorch).Value,
            await LocalRun.DigestOfAsync(Small with { Engine = engine, Workers = workers, Partitions = partitions }));

    [Fact]
    public async Task Each_choice_makes_other_weights()
    {
        JobSpec[] others = [Small with { Activation = "auto" }, Small with { Pooling = "auto" }, Small with { Loss = "mse" }];
        var digests = new HashSet<string> { await BySimd.Value };
        foreach (JobSpec other in others)
        {
            Assert.True(digests.Add(await LocalRun.DigestOfAsync(other with { Engine = "simd" })));
        }
    }

    [Fact]
    public async Task What_is_chosen_is_the_variants_if_it_is_the_same()
    {
        JobSpec named = LocalRun.Small with { Steps = 5, Activation = "sigmoid", Pooling = "average", Loss = "cross-entropy" };

        Assert.Equal(await LocalRun.DigestOfAsync(LocalRun.Small with { Steps = 5, Variant = "classic" }), await LocalRun.DigestOfAsync(named));
    }

    [Fact]
    public async Task Run_and_its_checkpoint_say_what_was_chosen()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Small with { Steps = 1 });

        Assert.Equal("modern, tanh, average pooling, bce", summary.Variant);
        Assert.Equal("modern, tanh, average pooling, bce", run.LastCheckpoint.Job.Network().Variant);
        Assert.Equal(LossKind.BinaryCrossEntropy, run.LastCheckpoint.Job.Network().Loss);
    }
}
