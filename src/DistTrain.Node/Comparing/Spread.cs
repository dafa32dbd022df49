namespace DistTrain.Node.Comparing;

/// <summary>How values of one kind lie.</summary>
/// <param name="StandardDeviation">Of the sample, with n - 1 below the root; null of one value.</param>
internal sealed record Spread(double Mean, double? StandardDeviation, double Least, double Most)
{
    /// <summary>Null of no values.</summary>
    public static Spread? Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        double mean = values.Sum() / values.Count;
        double? deviation = values.Count == 1 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return new Spread(mean, deviation, values.Min(), values.Max());
    }
}
