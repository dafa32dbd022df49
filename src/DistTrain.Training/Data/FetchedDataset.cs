namespace DistTrain.Training.Data;

/// <summary>A set whose files are in a folder now.</summary>
/// <param name="Files">Names of the files that were brought; none if all were there before.</param>
public sealed record FetchedDataset(string Name, string Folder, IReadOnlyList<string> Files);
