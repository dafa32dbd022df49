namespace DistTrain.Training.Data;

/// <summary>What is known of a set without reading it.</summary>
/// <param name="TrainCount">Training images as published.</param>
/// <param name="TestCount">Test images as published.</param>
/// <param name="Folder">Where its files are; null if nowhere, or if it has none.</param>
/// <param name="BytesOnDisk">Of those files.</param>
/// <param name="HowToGet">What to do to have it; null if it is there.</param>
public sealed record DatasetListing(string Name, int TrainCount, int TestCount, string? Folder, long BytesOnDisk, string? HowToGet);
