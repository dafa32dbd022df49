namespace DistTrain.Benchmarks.Measuring;

/// <summary>One side of a comparison.</summary>
internal sealed record Side(string Name, Figures Figures);
