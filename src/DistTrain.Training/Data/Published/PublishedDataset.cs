namespace DistTrain.Training.Data.Published;

/// <summary>A data set that others publish: what its files are, where mirrors have them, how its pixels are normalised.</summary>
/// <param name="Name">As given to <c>--dataset</c>.</param>
/// <param name="Title">As people write it.</param>
/// <param name="Mean">Mean of the training pixels scaled to 0..1, as commonly used.</param>
/// <param name="StandardDeviation">Standard deviation of the same.</param>
/// <param name="Mirrors">Folders on the web, each ending in a slash, best first.</param>
public sealed record PublishedDataset(
    string Name,
    string Title,
    float Mean,
    float StandardDeviation,
    PublishedFile TrainImages,
    PublishedFile TrainLabels,
    PublishedFile TestImages,
    PublishedFile TestLabels,
    IReadOnlyList<Uri> Mirrors)
{
    /// <summary>As its authors name the classes; empty if they are numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    public IReadOnlyList<PublishedFile> Files => [TrainImages, TrainLabels, TestImages, TestLabels];
}
