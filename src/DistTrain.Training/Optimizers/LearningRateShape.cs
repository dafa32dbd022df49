namespace DistTrain.Training.Optimizers;

/// <summary>Shares of the peak learning rate, 0 to 1, by the number of an update.</summary>
internal static class LearningRateShape
{
    private const double Rise = 0.3;
    private const double FirstDivisor = 25;
    private const double LastDivisor = 1e4;

    /// <summary>
    /// Linear from 1/25 up to 1 over the first 30 % of the updates, then linear down to 1/10,000 at the
    /// last (after Smith and Topin, 2018).
    /// </summary>
    /// <param name="update">From 1 to <paramref name="updates"/>.</param>
    public static double OneCycle(long update, long updates)
    {
        double progress = updates == 1 ? Rise : (update - 1.0) / (updates - 1.0);
        return progress < Rise
            ? Between(1 / FirstDivisor, 1, progress / Rise)
            : Between(1, 1 / LastDivisor, (progress - Rise) / (1 - Rise));
    }

    /// <summary>Half a cosine from 1 towards 0, without restarts (Loshchilov and Hutter, 2017, equation 5; <c>CosineAnnealingLR</c> with eta_min 0).</summary>
    /// <param name="update">From 1 to <paramref name="updates"/>; before that, 1.</param>
    public static double Cosine(long update, long updates) =>
        update <= 1 ? 1 : (1 + Math.Cos(Math.PI * (update - 1) / updates)) / 2;

    /// <summary>A straight line from 1 to 0 at the update behind the last, which so is not wasted on a rate of zero (<c>LinearLR</c> with end factor 0, <c>PolynomialLR</c> with power 1).</summary>
    /// <param name="update">From 1 to <paramref name="updates"/>; before that, 1.</param>
    public static double Linear(long update, long updates) =>
        update <= 1 ? 1 : (double)(updates - (update - 1)) / updates;

    /// <summary>The factor to the power of the decays so far (<c>StepLR</c>).</summary>
    public static double Step(long decays, double factor)
    {
        // Products of doubles are the same everywhere; a library's power function need not be.
        double share = 1;
        for (long i = 0; i < decays && share > 0; i++)
        {
            share *= factor;
        }

        return share;
    }

    /// <summary>Linear, 1 at the last update of the warm-up: the first one is not wasted on a rate of zero (<c>LinearLR</c> with start factor 1/updates).</summary>
    public static double Warmup(long update, long updates) => (double)update / updates;

    private static double Between(double from, double to, double share) => from + ((to - from) * share);
}
