namespace DistTrain.Node.Comparing;

/// <summary>Something that a study varies.</summary>
/// <param name="Name">Of an option of <c>train</c>, without its dashes.</param>
/// <param name="Values">As that option takes them, each once.</param>
internal sealed record Factor(string Name, IReadOnlyList<string> Values);
