namespace DistTrain.Training.Data;

/// <summary>A training and a test set with the constants that normalise them.</summary>
/// <param name="Name">As given to <c>--dataset</c>.</param>
/// <param name="Mean">Mean of the training pixels scaled to 0..1, of each channel.</param>
/// <param name="StandardDeviation">Standard deviation of the same.</param>
/// <param name="Fingerprint">SHA-256 (lower-case hex) over shapes, pixels and labels of all sets: equal data, equal fingerprint.</param>
/// <param name="Source">Where it came from, for people.</param>
public sealed record ImageDataset(
    string Name,
    LabelledImages Train,
    LabelledImages Test,
    ChannelValues Mean,
    ChannelValues StandardDeviation,
    string Fingerprint,
    string Source)
{
    /// <summary>What was taken away from the training set to be evaluated with the test set; null if nothing was.</summary>
    public LabelledImages? Validation { get; init; }

    /// <summary>A name for each class; empty if they have only numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Whether mean and deviation are constants that everybody uses with this set, rather than computed from its pixels.</summary>
    internal bool HasPublishedConstants { get; init; }

    /// <summary>The name of a class, or its number.</summary>
    public string NameOfClass(int label) => Data.ClassNames.Of(ClassNames, label);

    /// <summary>A set whose mean and deviation are those of its training pixels.</summary>
    internal static ImageDataset Measured(string name, LabelledImages train, LabelledImages test, string source)
    {
        (ChannelValues mean, ChannelValues deviation) = PixelStatistics.Of(train);
        return new ImageDataset(name, train, test, mean, deviation, DatasetFingerprint.Of(train, test), source);
    }
}
