using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Hosting;

/// <summary>The data sets of this process: each is read once, however many workers share it.</summary>
/// <param name="directory">Looked in before all other places; null for the usual ones.</param>
internal sealed class TrainingData(string? directory)
{
    private readonly DatasetCatalog catalog = DatasetCatalog.OfThisMachine(directory);
    private readonly SemaphoreSlim reading = new(1);
    private readonly SharedProgress shared = new();
    private (DatasetRequest Request, ResolvedDataset Found)? last;

    /// <summary>The set that is asked for, or the one that <c>auto</c> comes to.</summary>
    /// <param name="progress">Hears also of a reading that somebody else began and that is waited for.</param>
    public async Task<ResolvedDataset> ResolveAsync(DatasetRequest request, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        if (progress is not null)
        {
            shared.Add(progress);
        }

        try
        {
            return await ReadAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (progress is not null)
            {
                shared.Remove(progress);
            }
        }
    }

    private async Task<ResolvedDataset> ReadAsync(DatasetRequest request, CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // One set is kept: a process trains on one at a time.
            if (last is not { } kept || kept.Request != request)
            {
                ResolvedDataset found = await catalog.ResolveAsync(request, shared, cancellation).ConfigureAwait(false);
                last = kept = (request with { Name = found.Dataset.Name }, found);
            }

            return kept.Found;
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>A job's data set.</summary>
    /// <param name="progress">Receives a line now and then while it is fetched or read.</param>
    /// <exception cref="UserErrorException">It cannot be had here, or is not the data that the job is about.</exception>
    public async Task<ImageDataset> LoadAsync(JobSpec spec, IProgress<string> progress, CancellationToken cancellation)
    {
        ResolvedDataset found = await ResolveAsync(DatasetRequest.Of(spec), new DownloadLines(progress), cancellation).ConfigureAwait(false);
        return found.Dataset.Fingerprint == spec.DatasetFingerprint
            ? found.Dataset
            : throw new UserErrorException(
                $"dataset '{spec.Dataset}' here ({found.Dataset.Source}) has other contents than the job's (SHA-256 {found.Dataset.Fingerprint[..12]}..., wanted {spec.DatasetFingerprint[..Math.Min(12, spec.DatasetFingerprint.Length)]}...); give every node the same files");
    }
}
