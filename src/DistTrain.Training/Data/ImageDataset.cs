namespace DistTrain.Training.Data;

/// <summary>A training and a test set with the constants that normalise them.</summary>
/// <param name="Name">As given to <c>--dataset</c>.</param>
/// <param name="Mean">Mean of the training pixels scaled to 0..1.</param>
/// <param name="StandardDeviation">Standard deviation of the same.</param>
/// <param name="Fingerprint">SHA-256 (lower-case hex) over shapes, pixels and labels of both sets: equal data, equal fingerprint.</param>
/// <param name="Source">Where it came from, for people.</param>
public sealed record ImageDataset(
    string Name,
    LabelledImages Train,
    LabelledImages Test,
    float Mean,
    float StandardDeviation,
    string Fingerprint,
    string Source);
