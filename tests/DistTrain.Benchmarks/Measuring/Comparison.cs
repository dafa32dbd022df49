namespace DistTrain.Benchmarks.Measuring;

/// <summary>Two things measured in turns in one run, and what their ratio ought to be.</summary>
/// <param name="Unit">Of the figures, such as samples/s.</param>
/// <param name="Target">What the ratio is to reach, or not to pass; null when it is shown for information.</param>
/// <param name="AtMost">Whether smaller is better.</param>
internal sealed record Comparison(string Name, string Unit, Side Measured, Side Against, double? Target, bool AtMost = false)
{
    /// <summary>Of the medians.</summary>
    public double Ratio => Measured.Figures.Median / Against.Figures.Median;

    /// <summary>Of the medians over all turns, where some do not count.</summary>
    public double? RatioOfAll => Measured.All is { } measured && Against.All is { } against ? measured.Median / against.Median : null;

    public bool? Met => Target is not { } target ? null : AtMost ? Ratio <= target : Ratio >= target;
}
