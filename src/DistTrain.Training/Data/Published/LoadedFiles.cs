namespace DistTrain.Training.Data.Published;

/// <summary>The contents of the four files of a set, and how they compare with what is published.</summary>
/// <param name="Hashes">SHA-256 of the uncompressed files, in the order of <see cref="PublishedDataset.Files"/>.</param>
internal sealed record LoadedFiles(DatasetFiles Files, LabelledImages Train, LabelledImages Test, IReadOnlyList<string> Hashes)
{
    /// <summary>The files whose hash is not the published one.</summary>
    public IReadOnlyList<string> Altered =>
        [.. Files.Dataset.Files.Select((file, i) => file.Sha256 == Hashes[i] ? null : Files.Paths[i]).OfType<string>()];

    public ImageDataset ToDataset()
    {
        PublishedDataset dataset = Files.Dataset;
        string source = Altered.Count == 0 ? Files.Folder : Files.Folder + " (not the published files)";
        return new ImageDataset(
            dataset.Name, Train, Test, dataset.Mean, dataset.StandardDeviation, DatasetFingerprint.Of(Train, Test), source)
        {
            ClassNames = dataset.ClassNames,
            HasPublishedConstants = true,
        };
    }
}
