using System.Globalization;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Scaling;

/// <summary>Takes the times of one run's steps from its records, and says now and then on stderr how far it is.</summary>
/// <param name="name">Of the run, for people.</param>
internal sealed class StepClock(string name, Terminal terminal, TimeProvider clock) : IRunDisplay
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly List<double> applied = [];
    private long lastLine = clock.GetTimestamp();

    public RunStart? Start { get; private set; }

    /// <summary>Mean milliseconds from one update to the next without the first tenth of the steps, and how many steps it is over; null below two.</summary>
    public (double Milliseconds, int Steps)? Mean()
    {
        lock (gate)
        {
            int first = Math.Min(Math.Max(1, applied.Count / 10), applied.Count - 2);
            int steps = applied.Count - 1 - first;
            return first < 0 || steps < 1 ? null : (1000 * (applied[^1] - applied[first]) / steps, steps);
        }
    }

    public void Show(RunRecord record)
    {
        lock (gate)
        {
            switch (record.KindCase)
            {
                case RunRecord.KindOneofCase.Start:
                    Start = record.Start;
                    break;
                case RunRecord.KindOneofCase.Step:
                    applied.Add(record.Step.AppliedAt);
                    Progress(string.Create(CultureInfo.InvariantCulture, $"step {record.Step.Step} of {Start?.TotalSteps}"));
                    break;
                case RunRecord.KindOneofCase.Event when record.Event.Level != "info" && record.Event.Code != Actors.Coordinator.RunEvents.Emulated:
                    terminal.Error.WriteLine($"{name}: {record.Event.Level}: {record.Event.Message}");
                    break;
                case RunRecord.KindOneofCase.Event:
                    Progress(record.Event.Message);
                    break;
                default:
                    break;
            }
        }
    }

    public void Notice(string text) => terminal.Error.WriteLine(text);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Progress(string text)
    {
        if (clock.GetElapsedTime(lastLine) >= Quiet)
        {
            lastLine = clock.GetTimestamp();
            terminal.Error.WriteLine($"{name}: {text}");
        }
    }
}
