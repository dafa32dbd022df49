using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.ClusterTests;

/// <summary>
/// The same weights, whatever the processor. The runtime takes instructions away when the environment says so: what is left is what an
/// older processor has.
/// </summary>
public sealed class ProcessorPathTests : IDisposable
{
    private const int Steps = 3;

    /// <summary>So little that it takes no time without vectors either.</summary>
    private static readonly JobSpec Small = new() { Dataset = "synthetic:600", Epochs = 1, Shards = 4, BatchSize = 32, CheckpointEvery = 50 };

    private static readonly string Widest =
        Vector512.IsHardwareAccelerated ? "AVX-512" : Vector256.IsHardwareAccelerated && Fma.IsSupported ? "AVX2" : "128 bits";

    private readonly TemporaryFolder folder = new();

    /// <summary>Switches of the runtime, and the engine's widest instructions with each of them off; none stands for this processor's.</summary>
    public static TheoryData<string, string> Paths => new()
    {
        { "", Widest },
        { "DOTNET_EnableAVX512", Widest == "AVX-512" ? "AVX2" : Widest },
        { "DOTNET_EnableAVX2", "128 bits" },
        { "DOTNET_EnableHWIntrinsic", "128 bits" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void Processors_of_every_width_give_the_same_bits(string switchedOff, string width)
    {
        using DistTrainProcess train = DistTrainProcess.LaunchWith(
            switchedOff, "0", ["train", .. Job.Arguments(Small), "--run-dir", folder.In("run"), "--workers", "1", "--steps", $"{Steps}"]);

        train.Event("worker-joined", $"engine simd, {width}");
        Assert.Equal(0, train.Exit());
        Summary summary = train.Summary();
        Assert.Equal((ulong)Steps, summary.Steps);
        Assert.Equal(new Undisturbed(Small).DigestAfter(Steps), summary.WeightsSha256);
    }

    public void Dispose() => folder.Dispose();
}
