namespace DistTrain.Node.Scaling;

/// <summary>
/// Gunther's law: speed-up C(N) = N / (1 + sigma (N - 1) + kappa N (N - 1)) (Gunther, "Guerrilla Capacity Planning", 2007, equation 4.31).
/// </summary>
/// <param name="Sigma">Contention: the share of the work that is done one after the other (Amdahl's).</param>
/// <param name="Kappa">Coherence: what each pair of workers costs.</param>
/// <param name="OneWorker">Milliseconds of a step with one worker, as fitted.</param>
/// <param name="Residuals">Of the fit.</param>
internal sealed record UniversalScalabilityLaw(double Sigma, double Kappa, double OneWorker, FitResiduals Residuals)
{
    /// <summary>
    /// N T(N) = T(1) (1 + sigma (N - 1) + kappa N (N - 1)) is linear in T(1), T(1) sigma and T(1) kappa, none of them
    /// negative; null below three counts of workers, or when there is nothing to fit.
    /// </summary>
    public static UniversalScalabilityLaw? Fit(IReadOnlyList<StepTime> measured)
    {
        if (measured.Count < FitResiduals.Terms)
        {
            return null;
        }

        double[] found = NonNegativeLeastSquares.Solve(
            [.. measured.Select(point => new[] { 1, point.Workers - 1.0, (double)point.Workers * (point.Workers - 1) })],
            [.. measured.Select(point => point.Workers * point.Milliseconds)]);
        if (found[0] <= 0)
        {
            return null;
        }

        var unrated = new UniversalScalabilityLaw(found[1] / found[0], found[2] / found[0], found[0], new FitResiduals(0, 0, 0, 0));
        return unrated with { Residuals = FitResiduals.Of(measured, unrated.At) };
    }

    /// <summary>The number of workers with the largest speed-up, sqrt((1 - sigma) / kappa), at least 1; null when there is none: it only ever rises.</summary>
    public double? Peak => Sigma >= 1 ? 1 : Kappa > 0 ? Math.Max(1, Math.Sqrt((1 - Sigma) / Kappa)) : null;

    public double SpeedupAt(double workers) => workers / (1 + (Sigma * (workers - 1)) + (Kappa * workers * (workers - 1)));

    /// <summary>Milliseconds of a step with that many workers.</summary>
    public double At(int workers) => OneWorker / SpeedupAt(workers);
}
