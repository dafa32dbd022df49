using DistTrain.Training.Data.Published;

namespace DistTrain.Training.Data.Download;

/// <summary>
/// Brings the files of a published set into a folder. A file appears under its name only when it is whole and its
/// SHA-256 is the published one; until then it is a <c>.part</c>, which the next attempt continues. Several processes
/// may do this for one folder at once: one holds the lock and continues, the others work on copies of their own.
/// </summary>
public sealed class DatasetDownload
{
    private readonly Func<HttpMessageHandler> handler;

    /// <param name="handler">Makes what sends requests; used for one fetch and then disposed.</param>
    /// <param name="time">Measures time-outs.</param>
    public DatasetDownload(Func<HttpMessageHandler> handler, TimeProvider time, DownloadLimits limits)
    {
        this.handler = handler;
        Time = time;
        Limits = limits;
    }

    public DownloadLimits Limits { get; }

    internal TimeProvider Time { get; }

    /// <summary>Over the network of this machine, its proxy settings included.</summary>
    public static DatasetDownload OverTheNetwork() => new(() => new SocketsHttpHandler(), TimeProvider.System, new DownloadLimits());

    /// <summary>Fetches the files that the folder lacks.</summary>
    /// <param name="replaceAltered">Whether a file that is not the published one may be put right; else it is an error.</param>
    /// <returns>The files fetched; none if all were there.</returns>
    /// <exception cref="DownloadFailedException">No mirror had a file.</exception>
    /// <exception cref="UserErrorException">The folder cannot be written, or has an altered file that is to stay.</exception>
    internal async Task<IReadOnlyList<PublishedFile>> FetchAsync(
        PublishedDataset dataset, string folder, bool replaceAltered, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using FolderLock? owner = FolderLock.TryTake(folder);
            using HttpClient client = new(handler()) { Timeout = Timeout.InfiniteTimeSpan };
            ResumableTransfer transfer = new(client, Time, Limits);
            DatasetFiles present = DatasetFiles.In(folder, dataset);
            List<PublishedFile> fetched = [];
            for (int i = 0; i < dataset.Files.Count; i++)
            {
                PublishedFile file = dataset.Files[i];
                if (!IsGood(file, present.Paths[i], replaceAltered))
                {
                    string part = Path.Combine(folder, file.CompressedName + (owner is null ? $".{Guid.NewGuid():n}.part" : ".part"));
                    FileDownload download = new(transfer, dataset, file, part, Limits.Attempts, progress);
                    await PlaceAsync(download, part, Path.Combine(folder, file.CompressedName), keepPart: owner is not null, cancellation);
                    fetched.Add(file);
                }
            }

            return fetched;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{folder}: cannot be written: {e.Message.ReplaceLineEndings(" ")}; choose another folder with --data-dir", e);
        }
    }

    /// <summary>Fetches a single file that has one place on the web, such as an archive.</summary>
    /// <param name="most">A longer file is not the one that is wanted.</param>
    /// <param name="isGood">Whether the file at that path is the published one.</param>
    /// <exception cref="DownloadFailedException">It could not be had.</exception>
    /// <exception cref="UserErrorException">The folder cannot be written.</exception>
    internal async Task FetchFileAsync(
        string dataset, Uri source, string folder, long most, Func<string, bool> isGood, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        string name = Path.GetFileName(source.LocalPath);
        try
        {
            Directory.CreateDirectory(folder);
            using FolderLock? owner = FolderLock.TryTake(folder);
            using HttpClient client = new(handler()) { Timeout = Timeout.InfiniteTimeSpan };
            string part = Path.Combine(folder, name + (owner is null ? $".{Guid.NewGuid():n}.part" : ".part"));
            await new ResumableTransfer(client, Time, Limits).RunAsync(
                source, part, most, (here, total) => progress?.Report(new DataProgress(dataset, name, source.Host, here, total)), cancellation);
            if (!isGood(part))
            {
                File.Delete(part);
                throw new DownloadFailedException($"{source.Host}: sent a damaged file, or not the published one");
            }

            File.Move(part, Path.Combine(folder, name), overwrite: true);
        }
        catch (DownloadFailedException e)
        {
            throw new DownloadFailedException(e.Message.StartsWith(source.Host, StringComparison.Ordinal) ? e.Message : $"{source.Host}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{folder}: cannot be written: {e.Message.ReplaceLineEndings(" ")}; choose another folder with --data-dir", e);
        }
    }

    private static async Task PlaceAsync(FileDownload download, string part, string path, bool keepPart, CancellationToken cancellation)
    {
        try
        {
            await download.RunAsync(cancellation);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            if (!keepPart)
            {
                File.Delete(part);
            }
        }
    }

    private static bool IsGood(PublishedFile file, string? path, bool replaceAltered)
    {
        if (path is null)
        {
            return false;
        }

        string? fault = FileVerification.FaultOf(file, path);
        return fault is null || replaceAltered
            ? fault is null
            : throw new UserErrorException($"{fault}; it was left alone: move it away and fetch again");
    }
}
