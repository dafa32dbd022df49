namespace DistTrain.Node.Scaling;

/// <summary>
/// The time of a step as a sum of what it consists of: T(W) = compute h(W) + serial + coordination W, all in milliseconds.
/// h(W) is the largest share of the shards that one worker holds, ceil(S / W) / S, since shards are dealt whole; and no less than
/// 1 / P where the workers share P processors.
/// </summary>
/// <param name="Compute">Gradients of all shards, one after the other.</param>
/// <param name="Serial">What every step takes whatever the number of workers: the exchange, the update, the last wait.</param>
/// <param name="Coordination">What each further worker adds to a step: one more push to take and one more copy of the weights to give out.</param>
/// <param name="Shards">S of the job.</param>
/// <param name="Processors">P; null when each worker has its own.</param>
/// <param name="Residuals">Of the fit.</param>
internal sealed record StepCostModel(double Compute, double Serial, double Coordination, int Shards, int? Processors, FitResiduals Residuals)
{
    /// <summary>A worker who shortens the step by less is not worth having.</summary>
    public const double Worth = 0.02;

    /// <summary>Fits the three times, none negative, with differences counted relative to the measured times; null below three counts of workers.</summary>
    public static StepCostModel? Fit(IReadOnlyList<StepTime> measured, int shards, int? processors)
    {
        if (measured.Count < FitResiduals.Terms)
        {
            return null;
        }

        double[] times = NonNegativeLeastSquares.Solve(
            [.. measured.Select(point => new[] { Share(point.Workers, shards, processors), 1, point.Workers })],
            [.. measured.Select(point => point.Milliseconds)]);
        var unrated = new StepCostModel(times[0], times[1], times[2], shards, processors, new FitResiduals(0, 0, 0, 0));
        return unrated with { Residuals = FitResiduals.Of(measured, unrated.At) };
    }

    /// <summary>Milliseconds of a step with that many workers.</summary>
    public double At(int workers) => (Compute * Share(workers, Shards, Processors)) + Serial + (Coordination * workers);

    /// <summary>The parts of <see cref="At"/>; they add up to it.</summary>
    public IReadOnlyList<(Bottleneck Part, double Milliseconds)> PartsAt(int workers)
    {
        double ideal = Compute / workers;
        double dealt = Compute * Share(workers, Shards, null);
        double shared = Compute * Share(workers, Shards, Processors);
        return
        [
            (Bottleneck.Computation, ideal),
            (Bottleneck.UnevenShards, Math.Max(0, dealt - ideal)),
            (Bottleneck.Processors, shared - dealt),
            (Bottleneck.Serial, Serial),
            (Bottleneck.Coordination, Coordination * workers),
        ];
    }

    /// <summary>The part that takes the most of a step.</summary>
    public Bottleneck BottleneckAt(int workers) => PartsAt(workers).MaxBy(part => part.Milliseconds).Part;

    /// <summary>The least number of workers from which on more shorten a step by no more than two per cent altogether; at most the number of shards.</summary>
    public int Enough()
    {
        double least = Enumerable.Range(1, Shards).Min(At);
        return Enumerable.Range(1, Shards).First(workers => At(workers) <= least * (1 + Worth));
    }

    private static double Share(int workers, int shards, int? processors)
    {
        double dealt = (double)((shards + workers - 1) / workers) / shards;
        return processors is { } p ? Math.Max(dealt, 1.0 / p) : dealt;
    }
}
