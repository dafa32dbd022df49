using System.Text.Json;
using DistTrain.ClusterTests.Fixture;
using DistTrain.Protocol.Client;

namespace DistTrain.ClusterTests;

/// <summary>Models of the menu, from the command line to the evaluation of what was trained, in one process and in several.</summary>
public sealed class ModelTests : IDisposable
{
    private static readonly string[] Grey = ["--dataset", "synthetic:600", "--epochs", "2", "--batch-size", "40", "--steps", "12", "--json"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string[], string> Models => new()
    {
        { "cnn", [.. Grey, "--image-size", "32x32", "--grayscale", "no"], "torch" },
        { "linear", Grey, "simd" },
        { "autoencoder:40-10", Grey, "simd" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Processes_train_a_model_to_the_bits_of_one_process_and_it_can_be_evaluated(string model, string[] job, string engine)
    {
        using DistTrainProcess alone = DistTrainProcess.Launch(["train", .. job, "--model", model, "--workers", "1", "--run-dir", folder.In("alone")]);
        MustComplete(alone);
        using DistTrainProcess together = DistTrainProcess.Launch(
            ["train", .. job, "--model", model, "--workers", "2", "--partitions", "2", "--placement", "processes", "--run-dir", folder.In("together")]);
        MustComplete(together);

        Summary expected = alone.Summary();
        Summary summary = together.Summary();
        Assert.Equal((model, engine, 12UL), (summary.Model, summary.Engine, summary.Steps));
        Assert.Equal(expected.WeightsSha256, summary.WeightsSha256);
        RunChecks.MustAuditClean(folder.In("together"));

        using DistTrainProcess evaluate = DistTrainProcess.Launch("evaluate", folder.In("together"), "--json");
        MustComplete(evaluate);
        using JsonDocument found = JsonDocument.Parse(Assert.Single(evaluate.Output));
        Assert.Equal(summary.TestLoss, found.RootElement.GetProperty("loss").GetDouble(), 1e-4 * summary.TestLoss);
        Assert.Equal(model.StartsWith("autoencoder", StringComparison.Ordinal), found.RootElement.GetProperty("accuracy").ValueKind == JsonValueKind.Null);
        Assert.Equal(double.IsNaN(summary.TestAccuracy), found.RootElement.GetProperty("accuracy").ValueKind == JsonValueKind.Null);
    }

    [Theory]
    [InlineData("cnn:3x30x30-10", "multiples of 4")]
    [InlineData("linear:300-100", "are one linear layer")]
    [InlineData("autoencoders", "autoencoder[:[CxHxW-]WIDTHS]")]
    public void Model_that_cannot_be_is_refused(string model, string because)
    {
        using DistTrainProcess train = DistTrainProcess.Launch("train", "--dataset", "synthetic:600", "--model", model, "--run-dir", folder.In("run"));

        Assert.Equal(2, train.Exit());
        Assert.Contains(because, Assert.Single(train.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.In("run")));
    }

    public void Dispose() => folder.Dispose();

    private static void MustComplete(DistTrainProcess process)
    {
        int code = process.Exit();
        if (code != 0)
        {
            process.Fail($"Exit code {code}; wanted 0");
        }
    }
}
