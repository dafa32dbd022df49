using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Reference;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Actors;

/// <summary>Models of the menu through the actors.</summary>
[Collection(nameof(LibtorchAlone))]
public sealed class ModelRunTests
{
    /// <summary>Drawn digits as colour images of 32 x 32.</summary>
    private static readonly JobSpec Colour = LocalRun.Small with { Dataset = "synthetic:600", ImageSize = "32x32", Grayscale = "no", Model = "cnn", Epochs = 4, BatchSize = 24, Steps = 50 };

    [Fact]
    public async Task Cnn_learns_digits_in_colour_to_the_same_bits_with_1_and_3_workers()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Colour with { Workers = 1 });

        Assert.Equal(("cnn", "torch"), (summary.Model, summary.Engine));
        Assert.Contains("simd does not cover model cnn", Assert.Single(run.Events(RunEvents.Engine)).Message, StringComparison.Ordinal);
        StepRecord[] steps = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Step).Select(record => record.Step)];
        Assert.True(steps[^10..].Average(step => step.Loss) < 0.7 * steps[..10].Average(step => step.Loss));
        Assert.True(summary.TestAccuracy > 0.3, $"{summary.TestAccuracy:P1}");
        Assert.Equal(summary.WeightsSha256, await LocalRun.DigestOfAsync(Colour with { Workers = 3, Partitions = 2 }));
    }

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public async Task Linear_takes_the_shape_of_the_images_and_keeps_its_bits(string engine)
    {
        using var run = new LocalRun();
        JobSpec spec = Colour with { Model = "linear", Engine = engine };

        Summary summary = await run.TrainAsync(spec with { Workers = 1 });

        Assert.Equal("linear:3x32x32-10", summary.Model);
        Assert.Equal("linear:3x32x32-10", run.LastCheckpoint.Job.Model);
        Assert.Equal(30_730, run.LastCheckpoint.Weights.Length);
        Assert.Equal(summary.WeightsSha256, await LocalRun.DigestOfAsync(spec with { Workers = 3, Partitions = 2 }));
    }

    [Theory]
    [InlineData("simd", "mse")]
    [InlineData("simd", "bce")]
    [InlineData("torch", "mse")]
    public async Task Autoencoder_learns_to_give_back_and_keeps_its_bits_and_has_no_accuracy(string engine, string loss)
    {
        using var run = new LocalRun();
        JobSpec spec = LocalRun.Small with { Model = "autoencoder:64-16", Loss = loss, Engine = engine, Steps = 50, Validation = 200 };

        Summary summary = await run.TrainAsync(spec with { Workers = 1 });

        StepRecord[] steps = [.. run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Step).Select(record => record.Step)];
        Assert.True(steps[^5..].Average(step => step.Loss) < 0.8 * steps[..5].Average(step => step.Loss));
        Assert.All(steps, step => Assert.True(double.IsNaN(step.Accuracy)));
        Assert.All(run.Records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch), record =>
        {
            Assert.True(double.IsNaN(record.Epoch.TrainAccuracy) && double.IsNaN(record.Epoch.TestAccuracy) && double.IsNaN(record.Epoch.ValidationAccuracy));
            Assert.True(double.IsFinite(record.Epoch.TrainLoss) && double.IsFinite(record.Epoch.TestLoss) && double.IsFinite(record.Epoch.ValidationLoss));
        });
        Assert.True(double.IsNaN(summary.TestAccuracy) && double.IsFinite(summary.TestLoss));
        Assert.DoesNotContain("accuracy", RunText.Result(summary), StringComparison.Ordinal);
        Assert.Contains("\"testAccuracy\":null", MessageJson.Write(summary), StringComparison.Ordinal);
        Assert.Equal(summary.WeightsSha256, await LocalRun.DigestOfAsync(spec with { Workers = 3, Partitions = 2 }));
    }

    [Fact]
    public async Task Run_of_a_fitted_model_is_resumed_to_the_same_bits()
    {
        using var run = new LocalRun();
        JobSpec spec = Colour with { Model = "linear", Workers = 2 };
        bool asked = false;
        Summary first = await run.TrainAsync(spec, async (session, record) =>
        {
            if (!asked && record.KindCase == RunRecord.KindOneofCase.Step)
            {
                asked = true;
                await session.Service.StopAsync("a test", CancellationToken.None);
            }
        });

        Summary last = first.Status == "stopped" ? await run.TrainAsync(spec, resume: true) : first;

        Assert.Equal("completed", last.Status);
        Assert.Equal(await LocalRun.DigestOfAsync(spec), last.WeightsSha256);
    }

    [Fact]
    public async Task Images_that_the_network_cannot_be_of_are_refused_with_the_reason()
    {
        using var run = new LocalRun();

        Summary summary = await run.TrainAsync(Colour with { ImageSize = "30x30" });

        Assert.Equal("refused", summary.Status);
        Assert.Contains("multiples of 4, not 30 and 30", summary.Message, StringComparison.Ordinal);
    }
}
