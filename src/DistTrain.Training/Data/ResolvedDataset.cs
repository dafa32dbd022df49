namespace DistTrain.Training.Data;

/// <summary>A data set, and in one line which it is, whence, and why it and not another.</summary>
public sealed record ResolvedDataset(ImageDataset Dataset, string Reason);
