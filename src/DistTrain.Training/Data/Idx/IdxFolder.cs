using DistTrain.Training.Data.Published;

namespace DistTrain.Training.Data.Idx;

/// <summary>Four IDX files in a folder, under the names of MNIST's, of any size and up to 256 classes: <c>idx:FOLDER</c>.</summary>
internal static class IdxFolder
{
    public const string Prefix = "idx:";

    private const int MostClasses = 256;

    /// <summary>Whether a name is <c>idx:FOLDER</c>.</summary>
    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <exception cref="UserErrorException">A file is missing or malformed, or the files do not belong together.</exception>
    public static ImageDataset Read(string name, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{folder}: there is no such folder; give idx:FOLDER the folder that holds the four IDX files");
        }

        DatasetFiles files = DatasetFiles.In(folder, PublishedDatasets.Mnist);
        if (!files.Complete)
        {
            throw new UserErrorException($"{folder}: it lacks {string.Join(", ", files.Missing)} (gzipped or not); add what is missing");
        }

        LabelledImages train = IdxReader.ReadPair(files.Paths[0]!, files.Paths[1]!, MostClasses);
        int classes = train.Labels.Max() + 1;
        if (train.Labels.Distinct().Count() < 2)
        {
            throw new UserErrorException($"{files.Paths[1]}: every label is {train.Labels[0]}; there must be at least two classes to tell apart");
        }

        // What no training image is labelled with cannot be learned: more likely a mistake than a wish.
        LabelledImages test = IdxReader.ReadPair(files.Paths[2]!, files.Paths[3]!, classes);
        if ((test.Height, test.Width) != (train.Height, train.Width))
        {
            throw new UserErrorException(
                $"{files.Paths[2]}: byte 8: images of {test.Height} x {test.Width} pixels where {files.Paths[0]} has {train.Height} x {train.Width}; the files do not belong together");
        }

        return ImageDataset.Measured(name, train with { Classes = classes }, test, folder);
    }
}
