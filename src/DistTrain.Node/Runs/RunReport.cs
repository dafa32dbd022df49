using System.Globalization;
using System.Text;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Runs;

/// <summary>Writes <c>report.md</c> and its picture from the records of a run, and from nothing else.</summary>
public static class RunReport
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Reads the run's metrics and writes its report; a report that is there is replaced as a whole.</summary>
    public static void Write(RunDirectory run)
    {
        IReadOnlyList<RunRecord> records = MetricsReader.Read(run.Metrics);
        bool pictured = RunPlot.TrySave(records, run.Plot);
        string temporary = run.Report + ".tmp";
        File.WriteAllText(temporary, Compose(run, records, pictured ? Path.GetFileName(run.Plot) : null));
        File.Move(temporary, run.Report, overwrite: true);
    }

    /// <param name="picture">File name of the picture beside the report; null when there is none.</param>
    internal static string Compose(RunDirectory run, IReadOnlyList<RunRecord> records, string? picture)
    {
        var text = new StringBuilder();
        RunStart? start = records.LastOrDefault(r => r.KindCase == RunRecord.KindOneofCase.Start)?.Start;
        Summary? summary = records.LastOrDefault(r => r.KindCase == RunRecord.KindOneofCase.Summary)?.Summary;
        EpochRecord[] epochs = [.. records.Where(r => r.KindCase == RunRecord.KindOneofCase.Epoch).Select(r => r.Epoch)];
        string name = Path.GetFileName(Path.GetFullPath(run.Path));
        Line(text, $"# {name}\n");
        Line(text, $"{Outcome(summary)}\n");
        if (picture is not null)
        {
            Line(text, $"![{(RunPlot.HasAccuracy(records) ? "Loss and accuracy" : "Loss")} by epoch]({picture})\n");
        }

        if (start is not null)
        {
            Trained(text, start);
        }

        if (summary is not null)
        {
            Figures(text, summary, epochs);
        }

        if (summary is not null)
        {
            text.Append(TimeTable.Of(summary.TimeSplit));
        }

        Epochs(text, records);
        Events(text, [.. records.Where(r => r.KindCase == RunRecord.KindOneofCase.Event)]);
        Again(text, run, summary);
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(Invariant)).Append('\n');

    private static string Outcome(Summary? summary) => summary switch
    {
        null => "The run has not ended, or was cut off before its summary.",
        { Status: "completed", Emulated: true } => "Completed. **Emulated**: workers slept instead of computing; only times mean something.",
        { Status: "completed" } => $"Completed: {RunText.Score("test", summary.TestLoss, summary.TestAccuracy)}.",
        { Status: "completed-early" } => $"Completed early, {Cell(summary.Message)}. Then it had {RunText.Score("test", summary.TestLoss, summary.TestAccuracy)}.",
        _ => $"{char.ToUpperInvariant(summary.Status.FirstOrDefault('e'))}{summary.Status[Math.Min(1, summary.Status.Length)..]}: {Cell(summary.Message)}",
    };

    private static void Trained(StringBuilder text, RunStart s)
    {
        Line(text, $"## What was trained\n\n| | |\n|---|---|");
        Row(text, "data", $"{s.Dataset}, {s.TrainSamples.ToString("N0", Invariant)} training{(s.HasValidationSamples ? $", {s.ValidationSamples.ToString("N0", Invariant)} validation" : "")} and {s.TestSamples.ToString("N0", Invariant)} test images{Reason(s)}");
        Row(text, "model", $"{s.Model}, {s.Variant}, {s.Parameters.ToString("N0", Invariant)} parameters");
        Row(text, "engine", RunText.Engine(s));
        Row(text, "job", $"{RunText.Count(s.Shards, "shard")}, batch {s.BatchSize} over all of them, {RunText.Epochs(s.Epochs)} of {s.StepsPerEpoch} steps, {s.TotalSteps} steps in all, seed {s.Seed}");
        if (s.Optimizer.Length > 0)
        {
            Row(text, "optimizer", s.Optimizer);
        }

        Row(text, "learning rate", $"{s.LearningRate.ToString(Invariant)}, {s.Schedule}");
        Row(text, "computed by", $"{RunText.Count(s.Workers, "worker")}, {RunText.Count(s.Partitions, "partition")}");
        if (s.FirstStep > 0)
        {
            Row(text, "resumed", $"at step {s.FirstStep}");
        }

        text.Append('\n');
    }

    /// <summary>The name at its beginning has been said.</summary>
    private static string Reason(RunStart s)
    {
        string name = s.Dataset + ": ";
        string reason = s.DatasetReason.StartsWith(name, StringComparison.Ordinal) ? s.DatasetReason[name.Length..] : s.DatasetReason;
        return reason.Length == 0 ? "" : $" ({reason})";
    }

    private static void Figures(StringBuilder text, Summary s, EpochRecord[] epochs)
    {
        Line(text, $"## Result\n\n| | |\n|---|---|");
        Scores(text, "test", s.TestLoss, s.TestAccuracy);
        if (s.HasValidationLoss)
        {
            Scores(text, "validation", s.ValidationLoss, s.ValidationAccuracy);
        }

        EpochRecord[] evaluated = [.. epochs.Where(epoch => double.IsFinite(epoch.TestLoss))];
        if (evaluated.Length > 0)
        {
            Row(text, "gap to the training set", $"{RunText.Gap(evaluated[^1])}{(evaluated[^1] == epochs[^1] ? "" : $" (epoch {evaluated[^1].Epoch})")}");
            Row(text, "overfitting", Overfitting(evaluated));
        }

        if (s.HasBestEpoch)
        {
            Row(text, "best epoch", $"{s.BestEpoch}, `{s.BestCheckpoint}`");
        }

        Row(text, "steps", s.Steps.ToString(Invariant));
        Row(text, "training time", $"{s.TrainSeconds.ToString("0.0", Invariant)} s");
        Row(text, "throughput", $"{RunText.Rate(s.SamplesPerSecond)} samples/s");
        Row(text, "SHA-256 of the weights", $"`{s.WeightsSha256}`");
        if (s.Checkpoint.Length > 0)
        {
            Row(text, "checkpoint", $"`{s.Checkpoint}`");
        }

        text.Append('\n');
    }

    private static string Overfitting(EpochRecord[] epochs)
    {
        EpochRecord? last = epochs.LastOrDefault(epoch => epoch.HasOverfittingSince);
        return last is null ? "none seen"
            : last == epochs[^1] ? RunText.Overfitting(last)["overfitting ".Length..]
            : $"from epoch {last.OverfittingSince} to epoch {last.Epoch}, not after it";
    }

    /// <summary>Without an accuracy for a network that does not classify.</summary>
    private static void Scores(StringBuilder text, string set, double loss, double accuracy)
    {
        if (!double.IsNaN(accuracy) || double.IsNaN(loss))
        {
            Row(text, $"{set} accuracy", RunText.Percent(accuracy));
        }

        Row(text, $"{set} loss", RunText.Loss(loss));
    }

    private static void Epochs(StringBuilder text, IReadOnlyList<RunRecord> records)
    {
        EpochRecord[] epochs = [.. records.Where(r => r.KindCase == RunRecord.KindOneofCase.Epoch).Select(r => r.Epoch)];
        if (epochs.Length == 0)
        {
            return;
        }

        bool validated = epochs.Any(e => e.HasValidationLoss);
        bool skipping = epochs.Any(e => e.HasSkipped);
        bool classified = RunPlot.HasAccuracy(records);
        string Heading(string set) => classified ? $" {set} loss | {set} accuracy |" : $" {set} loss |";
        string LossCell(double loss) => double.IsNaN(loss) ? "-" : RunText.Loss(loss);
        string Cells(double loss, double accuracy) => classified ? $" {LossCell(loss)} | {RunText.Percent(accuracy)} |" : $" {LossCell(loss)} |";
        string columns = $"| epoch | step |{Heading("train")}{(skipping ? " skipped |" : "")}{(validated ? Heading("validation") : "")}{Heading("test")} seconds | samples/s |";
        Line(text, $"## Epochs\n\n{columns}\n|{string.Concat(Enumerable.Repeat("--:|", columns.Count(c => c == '|') - 1))}");
        foreach (EpochRecord e in epochs)
        {
            string validation = !validated ? "" : e.HasValidationLoss ? Cells(e.ValidationLoss, e.ValidationAccuracy) : Cells(double.NaN, double.NaN);
            string skipped = skipping ? $" {RunText.Percent(e.HasSkipped ? e.Skipped : double.NaN)} |" : "";
            Line(text, $"| {e.Epoch} | {e.Step} |{Cells(e.TrainLoss, e.TrainAccuracy)}{skipped}{validation}{Cells(e.TestLoss, e.TestAccuracy)} {e.Seconds:0.0} | {RunText.Rate(e.SamplesPerSecond)} |");
        }

        text.Append('\n');
    }

    private static void Events(StringBuilder text, IReadOnlyList<RunRecord> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        Line(text, $"## Events\n\n| time (UTC) | | |\n|---|---|---|");
        foreach (RunRecord record in events)
        {
            Line(text, $"| {Time(record.Time)} | {Cell(record.Event.Level)} | {Cell(record.Event.Message)} |");
        }

        text.Append('\n');
    }

    private static void Again(StringBuilder text, RunDirectory run, Summary? summary)
    {
        string path = Quote(run.Path);
        Line(text, $"## Again\n\nThe same job from the start, whatever the number of workers:\n\n    disttrain train --config {Quote(run.Spec)}\n");
        if (summary is null || !RunStatus.HasResult(summary.Status))
        {
            Line(text, $"From the last good checkpoint on:\n\n    disttrain train --resume {path}\n");
        }

        Line(text, $"The proof that every sample of every epoch was used exactly once:\n\n    disttrain audit {path}");
    }

    private static void Row(StringBuilder text, string name, string value) => Line(text, $"| {name} | {Cell(value)} |");

    /// <summary>Text from elsewhere must not end a table's cell.</summary>
    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Time(double seconds) => double.IsFinite(seconds) && Math.Abs(seconds) < 1e11
        ? DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", Invariant)
        : "";

    private static string Quote(string path) => path.All(c => char.IsLetterOrDigit(c) || c is '/' or '\\' or '.' or '-' or '_' or ':') ? path : $"\"{path}\"";
}
