namespace DistTrain.Node.Scaling;

/// <summary>How far a fitted curve is from what was measured, as shares of the measured.</summary>
/// <param name="RootMeanSquare">Over the counts of workers; 0.01 is one per cent.</param>
/// <param name="Largest">Of all counts, without sign.</param>
/// <param name="LargestAt">The count of workers with the largest.</param>
/// <param name="Spare">Counts measured beyond the terms fitted. With none, a curve goes through every point and its residuals say nothing.</param>
internal sealed record FitResiduals(double RootMeanSquare, double Largest, int LargestAt, int Spare)
{
    /// <summary>Terms of either model; fewer counts of workers cannot be fitted.</summary>
    public const int Terms = 3;

    public static FitResiduals Of(IReadOnlyList<StepTime> measured, Func<int, double> fitted)
    {
        (double Share, int Workers)[] off = [.. measured.Select(point => ((fitted(point.Workers) / point.Milliseconds) - 1, point.Workers))];
        (double largest, int at) = off.MaxBy(point => Math.Abs(point.Share));
        return new FitResiduals(Math.Sqrt(off.Average(point => point.Share * point.Share)), Math.Abs(largest), at, measured.Count - Terms);
    }
}

/// <summary>The time of a step with a number of workers.</summary>
internal readonly record struct StepTime(int Workers, double Milliseconds);
