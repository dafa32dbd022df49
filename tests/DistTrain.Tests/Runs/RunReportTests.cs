using System.Buffers.Binary;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.Tests.Runs;

public sealed class RunReportTests
{
    [Fact]
    public void A_report_has_the_runs_own_figures_events_and_commands()
    {
        using var folder = new TemporaryFolder();

        (RunDirectory run, string text) = Write(folder, SampleRun.Whole());

        Assert.Contains("Completed: test accuracy 86.67 %.", text, StringComparison.Ordinal);
        Assert.Contains("![Loss and accuracy by epoch](loss-accuracy.png)", text, StringComparison.Ordinal);
        Assert.Contains("| 2 | 20 | 0.7500 | 75.00 % | 0.6250 | 80.00 % | 0.2 | 12,800 |", text, StringComparison.Ordinal);
        Assert.Contains("| 2026-01-01 00:00:15 | warning | worker 2 was lost at step 15", text, StringComparison.Ordinal);
        Assert.Contains("| | wait | load | forward | backward | send | queue | apply | in all |", text, StringComparison.Ordinal);
        Assert.Contains("| worker 1 | 0.04 s, 4.0 % | 0.01 s, 1.0 % | 0.40 s, 40.0 % | 0.50 s, 50.0 % | 0.05 s, 5.0 % | - | - | 1.0 s |", text, StringComparison.Ordinal);
        Assert.Contains("| partition 0 | 0.50 s, 50.0 % | - | - | - | - | 0.25 s, 25.0 % | 0.25 s, 25.0 % | 1.0 s |", text, StringComparison.Ordinal);
        Assert.Contains($"`{SampleRun.Sha}`", text, StringComparison.Ordinal);
        Assert.Contains($"disttrain train --config {run.Spec}", text, StringComparison.Ordinal);
        Assert.Contains($"disttrain audit {run.Path}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_is_a_whole_png_and_no_temporary_file_is_left()
    {
        using var folder = new TemporaryFolder();

        (RunDirectory run, _) = Write(folder, SampleRun.Whole());

        byte[] png = File.ReadAllBytes(run.Plot);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        Assert.Equal((1200, 480), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal("IEND"u8.ToArray(), png[^8..^4]);
        Assert.DoesNotContain(Directory.GetFiles(run.Path), file => file.Contains(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stopped_runs_report_says_why_and_how_to_go_on()
    {
        using var folder = new TemporaryFolder();

        (RunDirectory run, string text) = Write(folder, [SampleRun.Start(), SampleRun.Step(1), SampleRun.Summary("stopped", "stopped by a|b\nat step 1", 1)]);

        Assert.Contains("Stopped: stopped by a\\|b at step 1", text, StringComparison.Ordinal);
        Assert.Contains($"disttrain train --resume {run.Path}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_cut_off_before_its_first_step_still_has_a_report()
    {
        using var folder = new TemporaryFolder();

        (RunDirectory run, string text) = Write(folder, []);

        Assert.Contains("cut off before its summary", text, StringComparison.Ordinal);
        Assert.False(File.Exists(run.Plot));
    }

    [Fact]
    public void An_epoch_that_was_not_evaluated_leaves_a_gap_and_no_error()
    {
        using var folder = new TemporaryFolder();
        RunRecord epoch = SampleRun.Epoch(1);
        (epoch.Epoch.TestLoss, epoch.Epoch.TestAccuracy) = (double.NaN, double.NaN);
        RunRecord step = SampleRun.Step(1);
        step.Step.Loss = double.PositiveInfinity;

        (RunDirectory run, string text) = Write(folder, [SampleRun.Start(), step, epoch]);

        Assert.Contains(" % | - | - | ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not a number", text, StringComparison.Ordinal);
        Assert.True(File.Exists(run.Plot));
    }

    [Fact]
    public void A_run_that_skips_samples_says_how_many()
    {
        using var folder = new TemporaryFolder();
        RunRecord[] records = [.. SampleRun.Whole()];
        foreach (RunRecord record in records.Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch))
        {
            record.Epoch.Skipped = 0.625;
        }

        (_, string text) = Write(folder, records);

        Assert.Contains("| train loss | train accuracy | skipped | test loss |", text, StringComparison.Ordinal);
        Assert.Contains("| 2 | 20 | 0.7500 | 75.00 % | 62.50 % | 0.6250 |", text, StringComparison.Ordinal);

        using var other = new TemporaryFolder();
        Assert.DoesNotContain("skipped", Write(other, SampleRun.Whole()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_an_autoencoder_has_losses_and_no_word_of_accuracy()
    {
        using var folder = new TemporaryFolder();
        RunRecord[] records = [.. SampleRun.Whole()];
        foreach (RunRecord record in records)
        {
            SampleRun.WithoutAccuracy(record);
        }

        (RunDirectory run, string text) = Write(folder, records);

        Assert.Contains("Completed: test loss 0.4167.", text, StringComparison.Ordinal);
        Assert.Contains("![Loss by epoch](loss-accuracy.png)", text, StringComparison.Ordinal);
        Assert.Contains("| epoch | step | train loss | test loss | seconds | samples/s |\n|--:|--:|--:|--:|--:|--:|\n", text, StringComparison.Ordinal);
        Assert.Contains("| 2 | 20 | 0.7500 | 0.6250 | 0.2 | 12,800 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", text.Replace("loss-accuracy.png", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(File.Exists(run.Plot));
    }

    private static (RunDirectory Run, string Text) Write(TemporaryFolder folder, IEnumerable<RunRecord> records)
    {
        RunDirectory run = RunDirectory.CreateAt(folder.In("run"));
        using (var writer = new MetricsWriter(run.Metrics))
        {
            Array.ForEach([.. records], writer.Write);
        }

        RunReport.Write(run);
        return (run, File.ReadAllText(run.Report));
    }
}
