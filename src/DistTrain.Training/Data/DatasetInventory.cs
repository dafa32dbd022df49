using DistTrain.Training.Data.Cifar;
using DistTrain.Training.Data.Published;
using DistTrain.Training.Data.Synthetic;

namespace DistTrain.Training.Data;

/// <summary>What is where, and whether it is what it should be.</summary>
public sealed class DatasetInventory(DatasetPlaces places)
{
    private static readonly DatasetListing Synthetic =
        new(SyntheticDigits.Name, SyntheticDigits.DefaultCount, SyntheticDigits.DefaultCount / 6, null, 0, null);

    /// <summary>Every set that has a name, by a look at file names and the smallest file.</summary>
    public IReadOnlyList<DatasetListing> List()
    {
        places.RequireDataDirectory();
        return [.. PublishedDatasets.All.Select(List), ListCifar(), Synthetic];
    }

    /// <summary>Verifies every published set that is here; those that are not have no place and no faults.</summary>
    public IReadOnlyList<VerifiedDataset> VerifyAll()
    {
        places.RequireDataDirectory();
        return [.. PublishedDatasets.All.Select(dataset =>
            FilesOf(dataset).FirstOrDefault(files => files.OtherSet is null) is { } found ? Verify(found) : new VerifiedDataset(dataset.Name, null, [])),
            CifarFiles.Find(places) is { } cifar ? Verify(cifar) : new VerifiedDataset(CifarFormat.Name, null, [])];
    }

    /// <summary>
    /// Reads the files of a set at the first place that has any of them, and compares shapes and SHA-256 with what is
    /// published; draws the synthetic digits and compares them with what every machine draws.
    /// </summary>
    /// <exception cref="UserErrorException">The name is unknown, or is <c>auto</c>.</exception>
    public VerifiedDataset Verify(string name, CancellationToken cancellation = default)
    {
        DatasetCatalog.CheckName(name);
        places.RequireDataDirectory();
        if (PublishedDatasets.Named(name) is { } published)
        {
            return FilesOf(published).FirstOrDefault() is { } files
                ? Verify(files)
                : new VerifiedDataset(name, null, [$"{name}: none of its files were found; get them by: disttrain data fetch {name}"]);
        }

        if (name == CifarFormat.Name)
        {
            return CifarFiles.Find(places) is { } files
                ? Verify(files)
                : new VerifiedDataset(name, null, [$"{name}: none of its files were found; get them by: disttrain data fetch {name}"]);
        }

        return SyntheticDigits.IsName(name) ? VerifySynthetic(name, cancellation) : throw new UserErrorException(name == DatasetCatalog.Auto
            ? $"dataset '{name}' stands for whichever can be had; verify one by its name"
            : $"dataset '{name}' was published by nobody, so there is nothing to verify; 'disttrain data show {name}' reads it all");
    }

    private static VerifiedDataset VerifySynthetic(string name, CancellationToken cancellation)
    {
        string fingerprint = SyntheticDigits.Draw(SyntheticDigits.Name, SyntheticDigits.DefaultCount, cancellation).Fingerprint;
        return new VerifiedDataset(name, "drawn by this program", fingerprint == SyntheticDigits.DefaultFingerprint
            ? []
            : [$"synthetic: this machine draws other pixels than every machine should (fingerprint {fingerprint}); report this as a defect"]);
    }

    private static VerifiedDataset Verify(DatasetFiles files)
    {
        IEnumerable<string?> faults = files.Dataset.Files.Select((file, i) => files.Paths[i] is { } path
            ? FileVerification.FaultOf(file, path)
            : $"{files.Folder}: {file.CompressedName} is missing");
        return new VerifiedDataset(files.Dataset.Name, files.Folder, [.. faults.OfType<string>()]);
    }

    private static VerifiedDataset Verify(CifarFiles files) => new(CifarFormat.Name, files.Where, files.Faults());

    private DatasetListing ListCifar()
    {
        CifarFiles? files = CifarFiles.Find(places);
        return new DatasetListing(
            CifarFormat.Name, CifarFormat.TrainCount, CifarFormat.TestCount, files?.Where, files?.BytesOnDisk ?? 0, files is null ? $"disttrain data fetch {CifarFormat.Name}" : null);
    }

    private IEnumerable<DatasetFiles> FilesOf(PublishedDataset dataset) =>
        places.For(dataset.Name).Select(place => DatasetFiles.In(place.Folder, dataset)).Where(files => !files.None);

    private DatasetListing List(PublishedDataset dataset)
    {
        DatasetFiles? files = FilesOf(dataset).FirstOrDefault(found => found.Complete && found.OtherSet is null);
        return new DatasetListing(
            dataset.Name,
            PublishedDatasets.TrainCount,
            PublishedDatasets.TestCount,
            files?.Folder,
            files?.BytesOnDisk ?? 0,
            files is null ? $"disttrain data fetch {dataset.Name}" : null);
    }
}
