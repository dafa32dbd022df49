namespace DistTrain.Benchmarks.Measuring;

/// <summary>A comparison that could not be made, and why.</summary>
internal sealed record NotMeasured(string Name, string Reason);
