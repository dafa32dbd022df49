namespace DistTrain.Benchmarks.Measuring;

/// <summary>One side of a comparison.</summary>
/// <param name="Figures">Of the turns that count.</param>
/// <param name="All">Of all turns, where some do not count.</param>
internal sealed record Side(string Name, Figures Figures, Figures? All = null);
