using System.Globalization;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Comparing;

/// <summary>Keeps of a trial's records what the study needs, and lets the progress say how far the run is.</summary>
/// <param name="label">Of the trial, for people.</param>
internal sealed class TrialRecorder(string label, StudyProgress progress) : IRunDisplay
{
    private readonly Lock gate = new();
    private readonly List<TrialEpoch> epochs = [];
    private RunStart start = new();
    private string failure = "";

    public void Show(RunRecord record)
    {
        lock (gate)
        {
            switch (record.KindCase)
            {
                case RunRecord.KindOneofCase.Start:
                    start = record.Start;
                    break;
                case RunRecord.KindOneofCase.Step:
                    progress.Within(string.Create(CultureInfo.InvariantCulture, $"{label}: step {record.Step.Step} of {start.TotalSteps}"));
                    break;
                case RunRecord.KindOneofCase.Epoch:
                    epochs.Add(new TrialEpoch(
                        EpochOf(record.Epoch.Step), Finite(record.Epoch.TrainLoss), Finite(record.Epoch.TestLoss), Finite(record.Epoch.TestAccuracy)));
                    break;
                case RunRecord.KindOneofCase.Event when record.Event.Code == RunEvents.Failed:
                    failure = record.Event.Message;
                    break;
                case RunRecord.KindOneofCase.Event when record.Event.Level != "info":
                    progress.Notice($"{label}: {record.Event.Level}: {record.Event.Message}");
                    break;
                case RunRecord.KindOneofCase.Event:
                    progress.Within($"{label}: {record.Event.Message}");
                    break;
                default:
                    break;
            }
        }
    }

    public void Notice(string text) => progress.Stopping();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="runDirectory">As the study names it.</param>
    public TrialResult Result(Trial trial, Summary summary, string runDirectory)
    {
        lock (gate)
        {
            bool completed = RunStatus.HasResult(summary.Status);
            var end = new TrialEpoch(EpochOf(summary.Steps), null, Finite(summary.TestLoss), Finite(summary.TestAccuracy));
            return new TrialResult
            {
                Cell = trial.Cell.Number,
                Seed = trial.Seed,
                Status = summary.Status,

                // The event says why; the summary adds how to go on with that run.
                Message = completed ? "" : failure.Length > 0 ? failure : summary.Message,
                Dataset = start.Dataset,
                Engine = start.Engine,
                TestAccuracy = completed ? end.TestAccuracy : null,
                TestLoss = completed ? end.TestLoss : null,
                ValidationAccuracy = summary.HasValidationAccuracy ? Finite(summary.ValidationAccuracy) : null,
                ValidationLoss = summary.HasValidationLoss ? Finite(summary.ValidationLoss) : null,
                TrainSeconds = summary.TrainSeconds,
                Steps = summary.Steps,
                WeightsSha256 = summary.WeightsSha256,
                RunDir = runDirectory,
                Epochs = completed && epochs.LastOrDefault()?.Epoch != end.Epoch ? [.. epochs, end] : [.. epochs],
            };
        }
    }

    private double EpochOf(ulong step) => step / (double)Math.Max(1, start.StepsPerEpoch);

    private static double? Finite(double number) => double.IsFinite(number) ? number : null;
}
