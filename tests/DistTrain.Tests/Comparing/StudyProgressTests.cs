using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Comparing;
using DistTrain.Node.Display;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Tests.Comparing;

public sealed class StudyProgressTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly StopSignal stop = new(_ => { });
    private readonly FakeTimeProvider clock = new();

    public void Dispose()
    {
        stop.Dispose();
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public void Time_left_is_that_of_the_trials_left_at_the_rate_of_those_made_now()
    {
        StudyProgress progress = Progress(json: false);

        progress.Begin(2);
        clock.Advance(TimeSpan.FromSeconds(10));
        progress.Tell(SampleStudy.Result(1, 1, 0.985), "lr=0.1 seed 1");
        clock.Advance(TimeSpan.FromSeconds(20));
        progress.Tell(SampleStudy.Failure(2, 1), "lr=0.01 seed 1");
        progress.Refused("lr=1 seed 1", "too much");
        progress.Tell(SampleStudy.Result(1, 2, 1), "lr=0.1 seed 2");

        Assert.Equal(
            [
                "2 cells of lr (2), 3 seeds from 1: 6 trials, 2 of them done before; 2 at a time",
                "[3/6] lr=0.1 seed 1: test accuracy 98.50 %, 2.3 s; 3 left, about 0:30",
                "[4/6] lr=0.01 seed 1: failed: the loss is NaN; 2 left, about 0:30",
                "[5/6] lr=1 seed 1: refused: too much; 1 left, about 0:10",
                "[6/6] lr=0.1 seed 2: test accuracy 100.00 %, 2.3 s",
                "",
            ],
            output.ToString().Split('\n'));
    }

    [Fact]
    public void Scripts_get_trials_alone_on_stdout()
    {
        StudyProgress progress = Progress(json: true);

        progress.Begin(2);
        progress.Refused("lr=1 seed 1", "too much");
        clock.Advance(TimeSpan.FromSeconds(10));
        progress.Tell(SampleStudy.Result(1, 1, 0.985), "lr=0.1 seed 1");

        JsonElement trial = JsonElement.Parse(output.ToString());
        Assert.Equal(("trial", 4, 6, 10.0), (trial.GetProperty("kind").GetString(), trial.GetProperty("done").GetInt32(), trial.GetProperty("trials").GetInt32(), trial.GetProperty("secondsLeft").GetDouble()));
        Assert.Equal(3, error.ToString().Split('\n').Length);
    }

    [Fact]
    public void Steps_are_told_now_and_then_and_a_stop_once()
    {
        StudyProgress progress = Progress(json: false);
        for (int second = 1; second <= 12; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            progress.Within($"second {second}");
        }

        stop.Raise(ExitCode.Interrupted, "Ctrl-C");
        progress.Stopping();
        progress.Stopping();

        Assert.Equal(["second 5", "second 10", "stopping (Ctrl-C): waiting for the steps that go on; Ctrl-C again quits at once", ""], error.ToString().Split('\n'));
    }

    /// <summary>Of six trials, two of which are done.</summary>
    private StudyProgress Progress(bool json) =>
        new(new Terminal(output, error, OutIsTerminal: false), stop, clock, json, SampleStudy.Of(3, "lr=0.1,0.01"), all: 6, missing: 4);
}
