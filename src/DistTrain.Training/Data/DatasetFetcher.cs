using DistTrain.Training.Data.Cifar;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Idx;
using DistTrain.Training.Data.Published;
using DistTrain.Training.Data.Synthetic;

namespace DistTrain.Training.Data;

/// <summary>Puts the files of a set into a folder, for later runs or other programs.</summary>
/// <param name="places">If it names a data directory, files go to a folder named after the set in it, else to the cache.</param>
public sealed class DatasetFetcher(DatasetPlaces places, DatasetDownload download)
{
    /// <summary>
    /// Fetches a published set unless one of the places has it, byte for byte. Synthetic digits are written as IDX
    /// files, which only makes sense with a data directory.
    /// </summary>
    /// <exception cref="UserErrorException">The name is unknown, no mirror has the set, or a file is in the way.</exception>
    public async Task<FetchedDataset> FetchAsync(string name, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        DatasetCatalog.CheckName(name);
        if (SyntheticDigits.IsName(name))
        {
            return await Task.Run(() => WriteSynthetic(name, cancellation), cancellation);
        }

        if (name == CifarFormat.Name)
        {
            return await FetchCifarAsync(progress, cancellation);
        }

        PublishedDataset dataset = PublishedDatasets.Named(name) ?? throw new UserErrorException(
            name == DatasetCatalog.Auto ? $"dataset '{name}' stands for whichever can be had; fetch one by its name" : $"dataset '{name}' is a folder of yours; there is nothing to fetch");
        if (places.For(name).FirstOrDefault(place => IsIntact(place, dataset)) is { } place)
        {
            return new FetchedDataset(name, place.Folder, []);
        }

        string folder = Destination(name);
        try
        {
            IReadOnlyList<PublishedFile> fetched =
                await download.FetchAsync(dataset, folder, replaceAltered: places.DataDirectory is null, progress, cancellation);
            return new FetchedDataset(name, folder, [.. fetched.Select(file => file.CompressedName)]);
        }
        catch (DownloadFailedException e)
        {
            throw new UserErrorException($"dataset '{name}' could not be fetched ({e.Message}); try again when the network is there: what came is kept", e);
        }
    }

    private async Task<FetchedDataset> FetchCifarAsync(IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        if (CifarFiles.Find(places) is { } files && files.Faults().Count == 0)
        {
            return new FetchedDataset(CifarFormat.Name, files.Place.Folder, []);
        }

        string folder = Destination(CifarFormat.Name);
        try
        {
            await CifarFiles.FetchAsync(download, folder, progress, cancellation);
            return new FetchedDataset(CifarFormat.Name, folder, [CifarFormat.Archive]);
        }
        catch (DownloadFailedException e)
        {
            throw new UserErrorException($"dataset '{CifarFormat.Name}' could not be fetched ({e.Message}); try again when the network is there: what came is kept", e);
        }
    }

    private static bool IsIntact(DatasetPlace place, PublishedDataset dataset)
    {
        DatasetFiles files = DatasetFiles.In(place.Folder, dataset);
        return files.Complete && dataset.Files.Zip(files.Paths).All(pair => FileVerification.FaultOf(pair.First, pair.Second!) is null);
    }

    private string Destination(string name) =>
        (places.DataDirectory ?? places.CacheDirectory) is { } parent
            ? Path.Combine(parent, name.Replace(':', '-'))
            : throw new UserErrorException($"there is no cache to fetch '{name}' into; set HOME or XDG_CACHE_HOME, or name a folder with --data-dir");

    private FetchedDataset WriteSynthetic(string name, CancellationToken cancellation)
    {
        if (places.DataDirectory is null)
        {
            throw new UserErrorException($"dataset '{name}' is drawn when it is used and needs no fetching; give --data-dir to have it as IDX files");
        }

        string folder = Destination(name);
        ImageDataset digits = SyntheticDigits.Draw(name, SyntheticDigits.CountIn(name), cancellation);
        try
        {
            Directory.CreateDirectory(folder);
            IReadOnlyList<PublishedFile> names = PublishedDatasets.Mnist.Files;
            Write(names[0], stream => IdxWriter.WriteImages(stream, Images(digits.Train)));
            Write(names[1], stream => IdxWriter.WriteLabels(stream, digits.Train.Labels));
            Write(names[2], stream => IdxWriter.WriteImages(stream, Images(digits.Test)));
            Write(names[3], stream => IdxWriter.WriteLabels(stream, digits.Test.Labels));
            return new FetchedDataset(name, folder, [.. names.Select(file => file.CompressedName)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{folder}: cannot be written: {e.Message.ReplaceLineEndings(" ")}; choose another folder", e);
        }

        void Write(PublishedFile file, Action<Stream> write)
        {
            string path = Path.Combine(folder, file.CompressedName);
            string part = $"{path}.{Guid.NewGuid():n}.part";
            using (FileStream stream = File.Create(part))
            {
                write(stream);
            }

            File.Move(part, path, overwrite: true);
        }
    }

    private static IdxImages Images(LabelledImages set) => new(set.Count, set.Height, set.Width, set.Pixels);
}
