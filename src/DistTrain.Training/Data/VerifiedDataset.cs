namespace DistTrain.Training.Data;

/// <summary>What a close look at a set gave.</summary>
/// <param name="Where">The folder looked at, or how the set is made; null if it was nowhere.</param>
/// <param name="Faults">One line each; none if all is well.</param>
public sealed record VerifiedDataset(string Name, string? Where, IReadOnlyList<string> Faults);
