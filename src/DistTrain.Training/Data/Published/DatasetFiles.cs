using DistTrain.Training.Data.Idx;

namespace DistTrain.Training.Data.Published;

/// <summary>The files of a set that a folder has, by their names alone.</summary>
/// <param name="Paths">In the order of <see cref="PublishedDataset.Files"/>; null where the folder has no such file.</param>
internal sealed record DatasetFiles(PublishedDataset Dataset, string Folder, IReadOnlyList<string?> Paths)
{
    public bool None => Paths.All(path => path is null);

    public bool Complete => Paths.All(path => path is not null);

    public IEnumerable<string> Missing => Dataset.Files.Where((_, i) => Paths[i] is null).Select(file => file.CompressedName);

    public long BytesOnDisk => Paths.OfType<string>().Sum(path => new FileInfo(path).Length);

    /// <summary>
    /// The other published set that is here, if one is: file names are the same for all sets, so they do not tell.
    /// Judged by the smallest of the files, the test labels.
    /// </summary>
    public PublishedDataset? OtherSet
    {
        get
        {
            if (Paths[3] is not { } path || FileVerification.FaultOf(Dataset.TestLabels, path) is null)
            {
                return null;
            }

            return PublishedDatasets.All.FirstOrDefault(
                other => other != Dataset && FileVerification.FaultOf(other.TestLabels, path) is null);
        }
    }

    public static DatasetFiles In(string folder, PublishedDataset dataset) =>
        new(dataset, folder, [.. dataset.Files.Select(file => file.KnownNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists))]);

    /// <summary>Reads all four, which must be there.</summary>
    /// <exception cref="UserErrorException">A file is malformed, or the files do not belong together.</exception>
    public LoadedFiles Load()
    {
        LabelledImages train = IdxReader.ReadPair(Paths[0]!, Paths[1]!, PublishedDatasets.Classes);
        LabelledImages test = IdxReader.ReadPair(Paths[2]!, Paths[3]!, PublishedDatasets.Classes);
        RequireShape(train, Paths[0]!);
        RequireShape(test, Paths[2]!);
        string[] hashes = [HashOfImages(train), IdxFormat.Sha256(train.Labels), HashOfImages(test), IdxFormat.Sha256(test.Labels)];
        return new LoadedFiles(this, train, test, hashes);
    }

    /// <summary>Refuses images that the models do not take.</summary>
    public static void RequireShape(LabelledImages images, string path)
    {
        if (images.Height != PublishedDatasets.Side || images.Width != PublishedDatasets.Side)
        {
            throw new UserErrorException(
                $"{path}: byte 8: images of {images.Height} x {images.Width} pixels where {PublishedDatasets.Side} x {PublishedDatasets.Side} was expected; is this the right file?");
        }
    }

    private static string HashOfImages(LabelledImages set) =>
        IdxFormat.Sha256(new IdxImages(set.Count, set.Height, set.Width, set.Pixels));
}
