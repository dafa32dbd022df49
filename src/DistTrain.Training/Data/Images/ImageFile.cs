namespace DistTrain.Training.Data.Images;

/// <summary>A file that holds one image, and the number of its class.</summary>
internal readonly record struct ImageFile(string Path, byte Label);
