using System.Globalization;
using DistTrain.Protocol.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DistTrain.Node.Display;

/// <summary>Draws the state of a run to fit a terminal of a given size.</summary>
internal static class RunPicture
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <param name="height">Lines of the terminal: what matters less is left out of a low one.</param>
    public static IRenderable Of(RunProgress run, int width, int height) => new Cropped(new Rows(Lines(run, width, height)), Math.Max(1, height - 1));

    private static List<IRenderable> Lines(RunProgress run, int width, int height)
    {
        if (run.Start is not { } start)
        {
            return [Line($"[grey]starting, {RunText.Clock(run.Elapsed.TotalSeconds)}[/]"), .. Events(run, height)];
        }

        // Head, bar and figures take eight lines; the workers and then the epochs share what is left.
        int left = Math.Max(0, height - 9 - Math.Min(run.Events.Count, 3));
        int workers = Math.Min(run.Workers.Count, Math.Max(0, left - 1));
        int epochs = Math.Min(Math.Min(run.Epochs.Count, 5), Math.Max(0, left - workers - 3));
        var rows = new List<IRenderable>
        {
            Line($"[bold]DistTrain[/]  {Escape(RunText.Dataset(start))}"),
            Line($"[grey]{Escape(RunText.Job(start))}[/]"),
            Line($"[grey]run {Escape(start.RunDirectory)}[/]"),
            Bar(run, start, width),
            Figures(run),
            Tests(run),
        };
        if (workers > 0)
        {
            rows.Add(WorkerTable.Of(run.Workers.Take(workers), run.Times));
        }

        if (run.Workers.Count > workers)
        {
            rows.Add(Line($"[grey]and {run.Workers.Count - workers} more workers[/]"));
        }

        rows.AddRange(run.Epochs.TakeLast(epochs).Select(epoch => Line($"[grey]{Escape(RunText.Epoch(epoch, start.Epochs))}[/]")));
        rows.AddRange(Events(run, height));
        return rows;
    }

    private static Markup Line(string markup) => new(markup);

    private static string Escape(string text) => Markup.Escape(text);

    private static Markup Bar(RunProgress run, RunStart start, int width)
    {
        ulong total = run.StepsOfEpoch;
        ulong done = Math.Min(run.StepOfEpoch, total);
        uint epoch = Math.Max(1, run.Step?.Epoch ?? 1);
        string before = string.Create(Invariant, $"epoch {epoch}/{RunText.LastEpoch(start.Epochs)} ");
        string share = total == 0 ? "" : string.Create(Invariant, $" {100.0 * done / total,3:0} %");
        string after = run.Summary is { } summary ? $"  {summary.Status}"
            : string.Create(Invariant, $"  step {run.Step?.Step ?? start.FirstStep}/{start.TotalSteps}  ETA {RunText.Clock(run.Remaining?.TotalSeconds ?? double.NaN)}");
        int room = Math.Clamp(width - before.Length - share.Length - after.Length - 1, 0, 50);
        int full = total == 0 ? 0 : (int)(done * (ulong)room / total);
        return Line($"{before}[green]{new string('━', full)}[/][grey]{new string('─', room - full)}[/]{share}[blue]{after}[/]");
    }

    private static Markup Figures(RunProgress run)
    {
        if (run.Step is not { } step)
        {
            return Line("[grey]no step yet[/]");
        }

        string text = string.Create(
            Invariant,
            $"loss {RunText.Loss(step.Loss)}{(double.IsNaN(step.Accuracy) ? "" : $"  train accuracy {RunText.Percent(step.Accuracy)}")}  {RunText.Rate(step.SamplesPerSecond)} samples/s  lr {step.LearningRate:0.00e+0}  {RunText.Clock(step.TrainSeconds)}");
        return run.Silence > TimeSpan.FromSeconds(3)
            ? Line($"[yellow]no step for {run.Silence.TotalSeconds.ToString("0", Invariant)} s[/]  {Escape(text)}")
            : Line(Escape(text));
    }

    private static Markup Tests(RunProgress run)
    {
        if (run.Start is { Emulated: true })
        {
            return Line("[yellow]emulated: nothing is tested[/]");
        }

        if (run.Epochs.LastOrDefault(epoch => !double.IsNaN(epoch.TestLoss)) is not { } last)
        {
            return Line("[grey]not tested yet[/]");
        }

        if (double.IsNaN(last.TestAccuracy))
        {
            string validated = last.HasValidationLoss ? $"  validation loss {RunText.Loss(last.ValidationLoss)}" : "";
            return Line($"[bold]test loss {RunText.Loss(last.TestLoss)}[/]  [grey]best {RunText.Loss(run.BestTestLoss)}[/]{validated}");
        }

        string validation = last.HasValidationAccuracy
            ? $"  validation {RunText.Percent(last.ValidationAccuracy)}, loss {RunText.Loss(last.ValidationLoss)}"
            : "";
        string fit = last.HasOverfittingSince
            ? $"[yellow]overfitting since epoch {last.OverfittingSince}: {RunText.Gap(last)}[/]"
            : $"[grey]gap {RunText.Gap(last)}[/]";
        return Line($"[bold]test accuracy {RunText.Percent(last.TestAccuracy)}[/]  test loss {RunText.Loss(last.TestLoss)}  [grey]best {RunText.Percent(run.BestTestAccuracy)}[/]{validation}  {fit}");
    }

    private static IEnumerable<IRenderable> Events(RunProgress run, int height) =>
        run.Events.TakeLast(Math.Clamp(height - 8, 1, 3)).Select(record => Line(record.Level switch
        {
            "error" => $"[red]{Escape(record.Message)}[/]",
            "warning" => $"[yellow]{Escape(record.Message)}[/]",
            _ => $"[grey]{Escape(record.Message)}[/]",
        }));
}
