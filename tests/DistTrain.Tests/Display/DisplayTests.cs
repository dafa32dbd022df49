using DistTrain.Node.Commands;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;
using DistTrain.Tests.Runs;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using LiveDisplay = DistTrain.Node.Display.LiveDisplay;

namespace DistTrain.Tests.Display;

public sealed class DisplayTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void Plain_shows_progress_at_most_every_two_seconds()
    {
        using var output = new StringWriter();
        var display = new PlainDisplay(new Terminal(output, TextWriter.Null, OutIsTerminal: false), clock);
        display.Show(SampleRun.Start());

        for (ulong step = 1; step <= 10; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
            display.Show(SampleRun.Step(step));
        }

        string[] progress = [.. Lines(output).Where(line => line.StartsWith("  step", StringComparison.Ordinal))];
        Assert.Equal(["  step 4/30  epoch 1/3  loss 0.5750  12,800 samples/s", "  step 8/30  epoch 1/3  loss 0.2875  12,800 samples/s"], progress);
    }

    [Fact]
    public void An_epoch_says_how_many_samples_it_skipped()
    {
        EpochRecord epoch = SampleRun.Epoch(2).Epoch;
        Assert.Contains("train loss 0.7500, 75.00 %  test loss", RunText.Epoch(epoch, 3), StringComparison.Ordinal);

        epoch.Skipped = 0.625;

        Assert.Contains("train loss 0.7500, 75.00 %, 62.50 % skipped  test loss", RunText.Epoch(epoch, 3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_leaves_the_result_as_the_last_line_and_the_cursor_visible()
    {
        using var output = new StringWriter();
        await using (var display = new LiveDisplay(Console(output, 100), TimeProvider.System))
        {
            foreach (RunRecord record in SampleRun.Whole())
            {
                display.Show(record);
            }
        }

        string text = output.ToString();
        Assert.EndsWith(RunText.Result(SampleRun.Summary().Summary), Lines(output)[^1], StringComparison.Ordinal);
        Assert.True(text.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > text.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_of_an_autoencoder_is_shown_with_its_losses_and_without_a_word_of_accuracy()
    {
        using var live = new StringWriter();
        using var plain = new StringWriter();
        await using (var display = new LiveDisplay(Console(live, 100), TimeProvider.System))
        {
            var lines = new PlainDisplay(new Terminal(plain, TextWriter.Null, OutIsTerminal: false), clock);
            foreach (RunRecord record in SampleRun.Whole().Select(SampleRun.WithoutAccuracy))
            {
                display.Show(record);
                lines.Show(record);
            }
        }

        Assert.Contains("epoch 2/3  step 20  train loss 0.7500  test loss 0.6250  0.2 s", plain.ToString(), StringComparison.Ordinal);
        Assert.Contains("test loss 0.4167, 0.6 s", Lines(plain)[^1], StringComparison.Ordinal);
        Assert.Contains("best 0.4167", live.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", plain.ToString() + live, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_of_a_failed_run_shows_no_result()
    {
        using var output = new StringWriter();
        await using (var display = new LiveDisplay(Console(output, 100), TimeProvider.System))
        {
            display.Show(SampleRun.Start());
            display.Show(SampleRun.Summary("failed", "gone"));
        }

        Assert.DoesNotContain("sha256", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 50)]
    [InlineData(80, 24)]
    [InlineData(60, 16)]
    [InlineData(40, 10)]
    [InlineData(20, 8)]
    public void A_picture_fits_its_terminal_at_every_moment_of_a_run(int width, int height)
    {
        var progress = new RunProgress(clock);
        foreach (RunRecord record in SampleRun.Whole().Concat([SampleRun.Event(new string('x', 300)), SampleRun.Event("b"), SampleRun.Event("[red]c")]))
        {
            progress.Apply(record);
            clock.Advance(TimeSpan.FromSeconds(1));
            using var output = new StringWriter();
            Console(output, width, ansi: false).Write(RunPicture.Of(progress, width, height));

            string[] lines = Lines(output);
            Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, line));
            Assert.True(lines.Length < height, $"{lines.Length} lines:\n{output}");
        }
    }

    [Fact]
    public void A_picture_shows_each_worker_with_its_shards_state_rate_and_shares_of_time()
    {
        var progress = new RunProgress(clock);
        progress.Apply(SampleRun.Start());
        progress.Apply(SampleRun.Step(15));
        using var output = new StringWriter();

        Console(output, 120, ansi: false).Write(RunPicture.Of(progress, 120, 40));

        string text = output.ToString();
        Assert.Matches(@"epoch 2/3 ━+─+ +50 %  step 15/30  ETA 0:00", text);
        Assert.Matches(@"worker-1 +training +0-1 +6,400 +1,000 +4 +40 +50 +5 +in process", text);
        Assert.Matches(@"worker-2 +suspected +2-3 +6,400 +2,000 +- +in process", text);
    }

    [Fact]
    public void Progress_knows_the_place_in_the_epoch_and_the_time_left()
    {
        var progress = new RunProgress(clock);
        progress.Apply(SampleRun.Start(firstStep: 5));
        Assert.Null(progress.Remaining);

        RunRecord step = SampleRun.Step(15);
        step.Step.TrainSeconds = 20;
        progress.Apply(step);

        Assert.Equal((5ul, 10ul), (progress.StepOfEpoch, progress.StepsOfEpoch));
        Assert.Equal(TimeSpan.FromSeconds(30), progress.Remaining);
    }

    [Fact]
    public void A_run_cut_short_by_a_limit_of_steps_has_a_shorter_last_epoch()
    {
        var progress = new RunProgress(clock);
        RunRecord start = SampleRun.Start();
        start.Start.TotalSteps = 25;
        progress.Apply(start);

        progress.Apply(SampleRun.Step(25));

        Assert.Equal((5ul, 5ul), (progress.StepOfEpoch, progress.StepsOfEpoch));
        Assert.Null(progress.Remaining);
    }

    [Theory]
    [InlineData(new uint[] { }, "-")]
    [InlineData(new uint[] { 3 }, "3")]
    [InlineData(new uint[] { 5, 0, 1, 2 }, "0-2 5")]
    [InlineData(new uint[] { 0, 2, 3, 7 }, "0 2-3 7")]
    public void Shards_in_a_row_are_drawn_together(uint[] shards, string expected) => Assert.Equal(expected, RunText.Shards(shards));

    [Theory]
    [InlineData(0.4, "0:00")]
    [InlineData(59.6, "1:00")]
    [InlineData(3600, "1:00:00")]
    [InlineData(360_000, "100:00:00")]
    [InlineData(double.NaN, "-")]
    [InlineData(1e300, "-")]
    [InlineData(-1, "-")]
    public void Clock_reads_like_a_clock(double seconds, string expected) => Assert.Equal(expected, RunText.Clock(seconds));

    [Theory]
    [InlineData(true, false, false, typeof(LiveDisplay))]
    [InlineData(true, true, false, typeof(JsonDisplay))]
    [InlineData(true, false, true, typeof(PlainDisplay))]
    [InlineData(false, false, false, typeof(PlainDisplay))]
    [InlineData(false, true, true, typeof(JsonDisplay))]
    public async Task Display_is_chosen_by_what_it_writes_to(bool terminal, bool json, bool verbose, Type expected)
    {
        await using IRunDisplay display = RunDisplays.Open(new Terminal(TextWriter.Null, TextWriter.Null, terminal), new DisplayOptions(json, verbose, NoColor: false), TimeProvider.System);

        Assert.IsType(expected, display);
    }

    private static IAnsiConsole Console(StringWriter output, int width, bool ansi = true)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        console.Profile.Height = 30;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private static string[] Lines(StringWriter output) => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
