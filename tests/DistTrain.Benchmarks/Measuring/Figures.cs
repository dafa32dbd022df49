namespace DistTrain.Benchmarks.Measuring;

/// <summary>What was measured of one thing, over all rounds of a run.</summary>
internal sealed record Figures(double Median, double Min, double Max, int Count)
{
    public static Figures Of(IReadOnlyCollection<double> values)
    {
        double[] ordered = [.. values.Order()];
        int middle = ordered.Length / 2;
        double median = ordered.Length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
        return new Figures(median, ordered[0], ordered[^1], ordered.Length);
    }
}
