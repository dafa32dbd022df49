using System.Globalization;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Display;

/// <summary>For logs and pipes: a line an epoch and an event, and one at most every two seconds within an epoch.</summary>
internal sealed class PlainDisplay(Terminal terminal, TimeProvider clock) : IRunDisplay
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private RunStart start = new();
    private long lastLine;

    public void Show(RunRecord record)
    {
        lock (gate)
        {
            switch (record.KindCase)
            {
                case RunRecord.KindOneofCase.Start:
                    start = record.Start;
                    Line(RunText.Dataset(start));
                    Line(RunText.Job(start));
                    Line($"run {start.RunDirectory}");
                    break;
                case RunRecord.KindOneofCase.Step when clock.GetElapsedTime(lastLine) >= Quiet:
                    Line(Progress(record.Step));
                    break;
                case RunRecord.KindOneofCase.Epoch:
                    Line(RunText.Epoch(record.Epoch, start.Epochs));
                    break;
                case RunRecord.KindOneofCase.Event:
                    Line($"{record.Event.Level}: {record.Event.Message}");
                    break;
                case RunRecord.KindOneofCase.Summary:
                    End(record.Summary);
                    break;
                default:
                    break;
            }
        }
    }

    public void Notice(string text)
    {
        lock (gate)
        {
            terminal.Error.WriteLine(text);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void End(Summary summary)
    {
        if (summary.Status == "refused")
        {
            return;
        }

        Line($"run {summary.RunDirectory}" + (summary.Checkpoint.Length == 0 ? "" : $", checkpoint {summary.Checkpoint}"));
        if (summary.Status == "failed")
        {
            return;
        }

        if (RunText.End(summary) is { } end)
        {
            Line(end);
        }

        if (summary.WeightsSha256.Length > 0)
        {
            Line(RunText.Result(summary));
        }
    }

    private string Progress(StepRecord step) => string.Create(
        CultureInfo.InvariantCulture,
        $"  step {step.Step}/{start.TotalSteps}  epoch {step.Epoch}/{RunText.LastEpoch(start.Epochs)}  loss {RunText.Loss(step.Loss)}  {RunText.Rate(step.SamplesPerSecond)} samples/s");

    private void Line(string text)
    {
        terminal.Out.WriteLine(text);
        terminal.Out.Flush();
        lastLine = clock.GetTimestamp();
    }
}
