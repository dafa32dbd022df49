using System.Text;
using DistTrain.Node.Display;

namespace DistTrain.Node.Scaling;

/// <summary>A study as Markdown.</summary>
internal static class ScalingReport
{
    /// <param name="picture">File name of the picture beside the report.</param>
    /// <param name="machine">Where it was measured.</param>
    public static string Compose(ScalingStudy study, string picture, string machine, DateTimeOffset date)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');

        Line($"# Scaling{(study.Job.Emulated ? " (emulated)" : "")}\n");
        Line($"**{ScalingText.Headline(study)}.** {date.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {machine}.\n");
        Line($"{ScalingText.Job(study.Job)}. The same job at every number of workers, in turns ({string.Join(", ", study.Points.Select(point => point.Workers))}, and again); a step is the mean");
        Line("time from one update to the next without the first tenth of the steps, as the parameter server's clock has it.\n");
        Line(study.SameWeights
            ? $"All {study.Runs.Count} runs, warm-ups included, ended in the same weights, `{study.Digests[0].Sha256}`.\n"
            : "**The runs did not end in the same weights**, so their times cannot be compared:\n");
        if (!study.SameWeights)
        {
            foreach ((string sha, IReadOnlyList<int> workers) in study.Digests)
            {
                Line($"- `{sha}`: {string.Join(", ", workers)} workers");
            }

            Line();
        }

        Line($"![Speed-up and efficiency]({picture})\n");
        Line("| workers | ms a step, median | min | max | speed-up | efficiency |");
        Line("|--:|--:|--:|--:|--:|--:|");
        foreach (ScalingPoint point in study.Points)
        {
            Line($"| {point.Workers} | {ScalingText.Time(point.Median)} | {ScalingText.Time(point.Least)} | {ScalingText.Time(point.Most)} | {point.Speedup:0.00} | {100 * point.Efficiency:0.0} % |");
        }

        Line();
        if (study.Cost is { } cost)
        {
            Parts(Line, study, cost);
        }

        if (study.Law is { } law)
        {
            Line($"**Universal scalability law**: {ScalingText.Law(law)}.\n");
        }

        foreach (string line in ScalingText.Verdict(study))
        {
            Line($"- {line}");
        }

        return text.ToString();
    }

    private static void Parts(Action<string> line, ScalingStudy study, StepCostModel cost)
    {
        line($"**Sum of costs**: {ScalingText.Cost(cost)}.\n");
        Bottleneck[] parts = [.. Enum.GetValues<Bottleneck>().Where(part => part != Bottleneck.Processors || study.Processors is not null)];
        line($"| ms of a step, fitted | {string.Join(" | ", parts.Select(Head))} | sum | measured |");
        line($"|--:|{string.Concat(Enumerable.Repeat("--:|", parts.Length))}--:|--:|");
        foreach (ScalingPoint point in study.Points)
        {
            var values = cost.PartsAt(point.Workers).Where(pair => parts.Contains(pair.Part)).Select(pair => ScalingText.Time(pair.Milliseconds));
            line($"| {RunText.Count((uint)point.Workers, "worker")} | {string.Join(" | ", values)} | {ScalingText.Time(cost.At(point.Workers))} | {ScalingText.Time(point.Median)} |");
        }

        line("");
    }

    private static string Head(Bottleneck part) => part switch
    {
        Bottleneck.Computation => "computation",
        Bottleneck.UnevenShards => "uneven shards",
        Bottleneck.Processors => "shared processors",
        Bottleneck.Serial => "exchange and update",
        _ => "coordination",
    };
}
