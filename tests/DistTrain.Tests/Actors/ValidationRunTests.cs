using DistTrain.Node.Pictures;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Data;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

public sealed class ValidationRunTests
{
    private static readonly JobSpec Job = LocalRun.Small with { Validation = 0.25 };

    [Fact]
    public async Task Validation_set_is_evaluated_each_epoch_and_told_everywhere()
    {
        using var run = new LocalRun();
        Summary summary = await run.TrainAsync(Job);
        Assert.Equal("completed", summary.Status);
        RunStart start = run.Records.First(record => record.KindCase == RunRecord.KindOneofCase.Start).Start;
        Assert.Equal((900ul, 300ul, 200ul), (start.TrainSamples, start.ValidationSamples, start.TestSamples));
        EpochRecord[] epochs = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch).Select(record => record.Epoch)];
        Assert.Equal(2, epochs.Length);
        Assert.All(epochs, epoch => Assert.True(epoch.HasValidationLoss && epoch.ValidationLoss > 0));
        Assert.NotEqual(epochs[1].TestLoss, epochs[1].ValidationLoss);
        Assert.Equal((epochs[1].ValidationLoss, epochs[1].ValidationAccuracy), (summary.ValidationLoss, summary.ValidationAccuracy));
        Assert.Equal(summary.ValidationAccuracy * 300, Math.Round(summary.ValidationAccuracy * 300), 1e-9);
        Assert.True(run.Audit().Clean);

        string report = File.ReadAllText(Path.Combine(run.Directory, "report.md"));
        Assert.Contains("| validation accuracy |", report, StringComparison.Ordinal);
        Assert.Contains("900 training, 300 validation and 200 test images", report, StringComparison.Ordinal);
        RunRecord read = RunRecordJson.Read(RunRecordJson.Write(new RunRecord { Epoch = epochs[1] }));
        Assert.Equal(epochs[1], read.Epoch);
    }

    [Fact]
    public async Task Weights_do_not_depend_on_the_workers_and_do_depend_on_the_validation_set()
    {
        string one = await LocalRun.DigestOfAsync(Job with { Workers = 1 });
        Assert.Equal(one, await LocalRun.DigestOfAsync(Job with { Workers = 3 }));
        Assert.NotEqual(one, await LocalRun.DigestOfAsync(LocalRun.Small));
    }

    [Fact]
    public async Task Run_without_a_validation_set_says_nothing_of_one()
    {
        using var run = new LocalRun();
        await run.TrainAsync(LocalRun.Small with { Epochs = 1 });
        Assert.All(run.Records, record => Assert.DoesNotContain("validation", RunRecordJson.Write(record), StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("validation", File.ReadAllText(Path.Combine(run.Directory, "report.md")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Training_on_exported_images_reaches_about_the_same_accuracy()
    {
        using TestFolder folder = new();
        const string name = "synthetic:3000";
        ImageExport.Write(SyntheticDigits.Draw(name, 3000), folder.At("set"), null, new Progress<string>(), TimeProvider.System, CancellationToken.None);
        JobSpec job = LocalRun.Small with { Dataset = name, Epochs = 4 };
        using var drawn = new LocalRun();
        using var images = new LocalRun();
        double expected = (await drawn.TrainAsync(job)).TestAccuracy;
        double reached = (await images.TrainAsync(job with { Dataset = "images:" + folder.At("set") })).TestAccuracy;

        // The images come in another order, so in other batches.
        Assert.InRange(expected, 0.95, 1);
        Assert.InRange(reached, expected - 0.01, expected + 0.01);
    }
}
