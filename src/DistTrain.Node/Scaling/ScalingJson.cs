using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistTrain.Node.Scaling;

/// <summary>A study for scripts: camelCase, times in milliseconds, shares from 0 to 1.</summary>
internal static class ScalingJson
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>One line, for one run.</summary>
    public static string Line(ScalingRun run, bool emulated) => JsonSerializer.Serialize(
        new
        {
            Kind = run.Turn == 0 ? "warm-up" : "run",
            Emulated = emulated,
            run.Workers,
            run.Turn,
            run.StepMilliseconds,
            run.Steps,
            run.WeightsSha256,
            RunDir = run.RunDirectory,
        },
        JsonSerializerOptions.Web);

    /// <summary>One line, the last.</summary>
    public static string Line(ScalingStudy study, string directory) => Summary(study, directory).ToJsonString();

    /// <summary>The whole study: the summary, and every run.</summary>
    public static string Document(ScalingStudy study, string directory)
    {
        JsonObject document = Summary(study, directory);
        document["runs"] = JsonSerializer.SerializeToNode(study.Runs, JsonSerializerOptions.Web);
        return document.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Summary(ScalingStudy study, string directory) => JsonSerializer.SerializeToNode(
        new
        {
            Kind = "summary",
            study.Job.Emulated,
            study.Job.EmulateStepMilliseconds,
            study.Job.Dataset,
            study.Job.Model,
            study.Job.Engine,
            study.Job.Shards,
            study.Job.Partitions,
            study.Job.BatchSize,
            Steps = study.Job.TotalSteps,
            study.Processors,
            study.SameWeights,
            Weights = study.Digests.Select(digest => new { digest.Sha256, digest.Workers }),
            Points = study.Points.Select(point => new
            {
                point.Workers, StepMilliseconds = point.Median, point.Least, point.Most, point.Speedup, point.Efficiency,
            }),
            Cost = study.Cost is { } cost ? new { cost.Compute, cost.Serial, cost.Coordination, cost.Residuals } : null,
            Law = study.Law is { } law ? new { law.Sigma, law.Kappa, law.OneWorker, law.Peak, law.Residuals } : null,
            Bottleneck = study.Cost is { } limits ? JsonNamingPolicy.CamelCase.ConvertName(limits.BottleneckAt(study.Points[^1].Workers).ToString()) : null,
            Enough = study.Cost?.Enough(),
            OutDir = directory,
        },
        JsonSerializerOptions.Web)!.AsObject();
}
