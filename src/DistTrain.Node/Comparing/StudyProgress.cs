using System.Globalization;
using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Display;

namespace DistTrain.Node.Comparing;

/// <summary>Says how far a study is: a line for each trial that has ended, and on stderr now and then how far those are that go on. Safe for several threads.</summary>
/// <param name="json">Trials as JSON lines on stdout; otherwise as text.</param>
/// <param name="all">Trials of the study.</param>
/// <param name="missing">Those to be made now.</param>
internal sealed class StudyProgress(Terminal terminal, StopSignal stop, TimeProvider clock, bool json, Study study, int all, int missing)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly long began = clock.GetTimestamp();
    private long lastLine = clock.GetTimestamp();
    private int ended;
    private bool stopping;

    /// <summary>What is going to be done.</summary>
    public void Begin(int lanes) => Line(
        $"{study.Summary()}: {all} trials{(missing < all ? $", {all - missing} of them done before" : "")}{(missing > 0 ? $"; {lanes} at a time" : "")}",
        toScripts: false);

    /// <summary>A trial has ended.</summary>
    public void Tell(TrialResult result, string label)
    {
        lock (gate)
        {
            (int done, double seconds) = Ended();
            Line(json ? Json(result, done, seconds) : $"[{done}/{all}] {label}: {Outcome(result)}{Remaining(done, seconds)}");
        }
    }

    /// <summary>A cell's job was refused.</summary>
    public void Refused(string label, string why)
    {
        lock (gate)
        {
            (int done, double seconds) = Ended();
            Line($"[{done}/{all}] {label}: refused: {why}{Remaining(done, seconds)}", toScripts: false);
        }
    }

    /// <summary>A trial of a cell that was refused is not begun.</summary>
    public void Skip() => Ended();

    /// <summary>Within a trial, if nothing was said for a while.</summary>
    public void Within(string text)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(lastLine) >= Quiet)
            {
                lastLine = clock.GetTimestamp();
                terminal.Error.WriteLine(text);
            }
        }
    }

    /// <summary>Something to be known at once.</summary>
    public void Notice(string text)
    {
        lock (gate)
        {
            terminal.Error.WriteLine(text);
        }
    }

    /// <summary>However many trials go on, one line says that they are being stopped.</summary>
    public void Stopping()
    {
        lock (gate)
        {
            if (!stopping)
            {
                stopping = true;
                terminal.Error.WriteLine($"stopping ({stop.Reason}): waiting for the steps that go on; Ctrl-C again quits at once");
            }
        }
    }

    /// <returns>Trials that have ended, and the seconds that those left will take at the rate so far.</returns>
    private (int Done, double Seconds) Ended()
    {
        lock (gate)
        {
            ended++;
            return (all - missing + ended, clock.GetElapsedTime(began).TotalSeconds / ended * (missing - ended));
        }
    }

    private string Json(TrialResult result, int done, double seconds) => JsonSerializer.Serialize(
        new
        {
            Kind = "trial",
            result.Cell,
            result.Seed,
            result.Status,
            result.Message,
            result.TestAccuracy,
            result.TestLoss,
            result.TrainSeconds,
            result.WeightsSha256,
            Done = done,
            Trials = all,
            SecondsLeft = Math.Round(seconds, 1),
        },
        JsonSerializerOptions.Web);

    private static string Outcome(TrialResult result) => result.Completed
        ? string.Create(CultureInfo.InvariantCulture, $"{RunText.Score("test", result.TestLoss ?? double.NaN, result.TestAccuracy ?? double.NaN)}, {result.TrainSeconds:0.0} s")
        : "failed: " + CommandLine.OneLine(result.Message);

    private string Remaining(int done, double seconds) => done == all ? "" : $"; {all - done} left, about {RunText.Clock(seconds)}";

    private void Line(string text, bool toScripts = true)
    {
        lock (gate)
        {
            lastLine = clock.GetTimestamp();
            try
            {
                (json && !toScripts ? terminal.Error : terminal.Out).WriteLine(text);
            }
            catch (OutputClosedException) when (!stop.Requested.IsCancellationRequested)
            {
                stop.Raise(ExitCode.OutputClosed, "the reader of the output has gone");
            }
            catch (OutputClosedException)
            {
                // It is known already, and what is being done is finished all the same.
            }
        }
    }
}
