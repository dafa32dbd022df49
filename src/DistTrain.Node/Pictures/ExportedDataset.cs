namespace DistTrain.Node.Pictures;

/// <summary>A set that was written as images.</summary>
/// <param name="Train">Number of training images.</param>
/// <param name="Test">Number of test images.</param>
public sealed record ExportedDataset(string Name, string Folder, int Train, int Test);
