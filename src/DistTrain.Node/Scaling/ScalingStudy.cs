using DistTrain.Protocol.Client;

namespace DistTrain.Node.Scaling;

/// <summary>What was measured and what it says.</summary>
internal sealed class ScalingStudy
{
    /// <param name="job">The first run's beginning: what was trained, and by what.</param>
    /// <param name="runs">One turn or more; warm-ups, turn 0, count for their weights alone.</param>
    /// <param name="processors">That the workers share; null when each has its own, or sleeps.</param>
    public ScalingStudy(RunStart job, IReadOnlyList<ScalingRun> runs, int? processors)
    {
        Job = job;
        Runs = runs;
        Processors = processors;
        Points = PointsOf(runs.Where(run => run.Turn > 0));
        StepTime[] medians = [.. Points.Select(point => new StepTime(point.Workers, point.Median))];
        Cost = StepCostModel.Fit(medians, (int)job.Shards, processors);
        Law = UniversalScalabilityLaw.Fit(medians);
        Digests = [.. runs.GroupBy(run => run.WeightsSha256)
            .Select(group => (group.Key, (IReadOnlyList<int>)[.. group.Select(run => run.Workers).Distinct().Order()]))];
    }

    public RunStart Job { get; }

    public IReadOnlyList<ScalingRun> Runs { get; }

    public int? Processors { get; }

    /// <summary>By number of workers.</summary>
    public IReadOnlyList<ScalingPoint> Points { get; }

    /// <summary>Null below three counts of workers, as is <see cref="Law"/>.</summary>
    public StepCostModel? Cost { get; }

    public UniversalScalabilityLaw? Law { get; }

    /// <summary>SHA-256 of the final weights and the counts of workers that gave it.</summary>
    public IReadOnlyList<(string Sha256, IReadOnlyList<int> Workers)> Digests { get; }

    /// <summary>Whether all runs ended in the same bits, without which their times say nothing about one another.</summary>
    public bool SameWeights => Digests.Count == 1;

    private static ScalingPoint[] PointsOf(IEnumerable<ScalingRun> runs)
    {
        (int Workers, double[] Times)[] counts = [.. runs.GroupBy(run => run.Workers).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Select(run => run.StepMilliseconds).Order().ToArray()))];
        double oneWorker = counts[0].Workers * MedianOf(counts[0].Times);
        return [.. counts.Select(count =>
            new ScalingPoint(count.Workers, MedianOf(count.Times), count.Times[0], count.Times[^1], oneWorker / MedianOf(count.Times)))];
    }

    /// <param name="sorted">One or more.</param>
    private static double MedianOf(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
