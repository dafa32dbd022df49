using System.Globalization;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Scaling;

/// <summary>The words and numbers of a study, for the terminal and the report.</summary>
internal static class ScalingText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Headline(ScalingStudy study) =>
        study.Job.Emulated
            ? string.Create(Invariant, $"EMULATED: workers slept {study.Job.EmulateStepMilliseconds:0.###} ms for each shard's gradient instead of computing it")
            : $"computed by {study.Job.Engine}";

    public static string Job(RunStart job) => string.Create(
        Invariant,
        $"{job.Model} ({job.Variant}, {RunText.Engine(job)}), {job.Parameters:N0} parameters, {job.Dataset}, {RunText.Count(job.Shards, "shard")}, {RunText.Count(job.Partitions, "partition")}, batch {job.BatchSize}, {job.TotalSteps} steps");

    /// <summary>A head and a row for each number of workers, in columns.</summary>
    public static IEnumerable<string> Table(ScalingStudy study)
    {
        yield return "workers   ms a step  (min - max)                speed-up  efficiency";
        foreach (ScalingPoint point in study.Points)
        {
            string range = $"({Time(point.Least)} - {Time(point.Most)})";
            yield return string.Create(Invariant, $"{point.Workers,7}  {Time(point.Median),10}  {range,-24}  {point.Speedup,8:0.00}  {100 * point.Efficiency,8:0.0} %");
        }
    }

    public static string Cost(StepCostModel cost) => string.Create(
        Invariant,
        $"a step = {Time(cost.Compute)} ms x {Share(cost)} + {Time(cost.Serial)} ms + {Time(cost.Coordination)} ms x workers{Off(cost.Residuals)}");

    public static string Law(UniversalScalabilityLaw law) => string.Create(
        Invariant,
        $"sigma {law.Sigma:0.#####}, kappa {law.Kappa:0.#######}, {(law.Peak is { } peak ? $"peak at {peak.ToString("0", Invariant)} workers" : "no peak")}{Off(law.Residuals)}");

    /// <summary>What limits the largest number of workers that was measured, and how many are enough.</summary>
    public static IEnumerable<string> Verdict(ScalingStudy study)
    {
        if (study.Cost is not { } cost)
        {
            yield return $"bottleneck: not named; that takes {FitResiduals.Terms} numbers of workers or more";
            yield break;
        }

        int most = study.Points[^1].Workers;
        Bottleneck bottleneck = cost.BottleneckAt(most);
        double part = cost.PartsAt(most).Single(pair => pair.Part == bottleneck).Milliseconds;
        yield return string.Create(Invariant, $"bottleneck at {most} workers: {Name(bottleneck, study)}, {Time(part)} of {Time(cost.At(most))} ms");
        int enough = cost.Enough();
        yield return $"{(enough == 1 ? "one worker is" : $"{enough} workers are")} enough: {Why(enough, study)}{(enough > most ? $"; no more than {most} were measured" : "")}";
    }

    public static string Name(Bottleneck bottleneck, ScalingStudy study) => bottleneck switch
    {
        Bottleneck.Computation => "computation",
        Bottleneck.UnevenShards => $"uneven shards: {study.Job.Shards} do not divide evenly",
        Bottleneck.Processors => $"{study.Processors} processors for all workers",
        Bottleneck.Serial => "exchange and update, the same for any number of workers",
        _ => "coordination, which grows with the workers",
    };

    /// <summary>Milliseconds, with as many digits as mean something.</summary>
    public static string Time(double milliseconds) => milliseconds.ToString(milliseconds >= 100 ? "0.0" : milliseconds >= 1 ? "0.00" : "0.000", Invariant);

    private static string Share(StepCostModel cost)
    {
        string dealt = $"largest share of {cost.Shards} shards";
        return cost.Processors is { } p ? $"max({dealt}, 1/{p})" : $"({dealt})";
    }

    private static string Why(int enough, ScalingStudy study) =>
        enough == study.Job.Shards ? $"there are {study.Job.Shards} shards"
        : enough == study.Processors ? $"there are {study.Processors} processors, and more workers share them"
        : string.Create(Invariant, $"all further ones together shorten a step by less than {100 * StepCostModel.Worth:0} %");

    private static string Off(FitResiduals off) => off.Spare <= 0
        ? "; as many terms as numbers of workers, so how well it fits cannot be said"
        : string.Create(Invariant, $"; off by {100 * off.RootMeanSquare:0.0} % (root mean square), {100 * off.Largest:0.0} % at most, at {off.LargestAt} workers");
}
