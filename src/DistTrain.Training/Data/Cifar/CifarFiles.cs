using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Training.Data.Cifar;

/// <summary>Where CIFAR-10 is, by the names of its files: a folder with all six, or the archive.</summary>
internal sealed record CifarFiles(DatasetPlace Place, string? Folder, string? Archive)
{
    public string Where => Folder ?? Archive!;

    public long BytesOnDisk => Folder is { } folder
        ? CifarFormat.Files.Sum(name => new FileInfo(Path.Combine(folder, name)).Length)
        : new FileInfo(Archive!).Length;

    /// <summary>The first place that has it, in the order in which they are looked at.</summary>
    public static CifarFiles? Find(DatasetPlaces places)
    {
        foreach (DatasetPlace place in places.For(CifarFormat.Name))
        {
            string inner = Path.Combine(place.Folder, CifarFormat.Folder);
            string archive = Path.Combine(place.Folder, CifarFormat.Archive);
            if (new[] { inner, place.Folder }.FirstOrDefault(HasAll) is { } folder)
            {
                return new CifarFiles(place, folder, null);
            }

            if (File.Exists(archive))
            {
                return new CifarFiles(place, null, archive);
            }

            // Some of them where the user said that the set is: not to be passed over in silence.
            if (place.Kind == PlaceKind.DataDirectory && new[] { inner, place.Folder }.FirstOrDefault(HasAny) is { } part)
            {
                throw new UserErrorException(
                    $"dataset '{CifarFormat.Name}': {part} lacks {string.Join(", ", CifarFormat.Files.Where(name => !File.Exists(Path.Combine(part, name))))}; add what is missing");
            }
        }

        return null;
    }

    /// <exception cref="UserErrorException">A file is malformed.</exception>
    public ImageDataset Read() => Folder is { } folder ? CifarReader.ReadFolder(folder) : CifarReader.ReadArchive(Archive!);

    /// <summary>Brings the archive into a folder, where it is read as it is.</summary>
    /// <exception cref="DownloadFailedException">It could not be had.</exception>
    public static Task FetchAsync(DatasetDownload download, string folder, IProgress<DataProgress>? progress, CancellationToken cancellation) =>
        download.FetchFileAsync(CifarFormat.Name, CifarFormat.Source, folder, CifarFormat.ArchiveMost, CifarReader.IsPublished, progress, cancellation);

    /// <summary>One line for each thing that is not as published.</summary>
    public IReadOnlyList<string> Faults()
    {
        if (Archive is { } archive)
        {
            return CifarReader.IsPublished(archive) ? [] : [$"{archive}: MD5 of the file is not {CifarFormat.ArchiveMd5}, which was published"];
        }

        try
        {
            ImageDataset read = Read();
            return (read.Train.Count, read.Test.Count) == (CifarFormat.TrainCount, CifarFormat.TestCount)
                ? []
                : [$"{Folder}: {read.Train.Count} training and {read.Test.Count} test images where {CifarFormat.TrainCount} and {CifarFormat.TestCount} were published"];
        }
        catch (UserErrorException e)
        {
            return [e.Message];
        }
    }

    private static bool HasAll(string folder) => CifarFormat.Files.All(name => File.Exists(Path.Combine(folder, name)));

    private static bool HasAny(string folder) => CifarFormat.Files.Any(name => File.Exists(Path.Combine(folder, name)));
}
