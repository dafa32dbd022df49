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
    private (DatasetRequest Request, ResolvedDataset Found)? last;

    /// <summary>The set that is asked for, or the one that <c>auto</c> comes to.</summary>
    public async Task<ResolvedDataset> ResolveAsync(DatasetRequest request, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // One set is kept: a process trains on one at a time.
            if (last is not { } kept || kept.Request != request)
            {
                ResolvedDataset found = await catalog.ResolveAsync(request, progress, cancellation).ConfigureAwait(false);
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
    /// <exception cref="UserErrorException">It cannot be had here, or is not the data that the job is about.</exception>
    public async Task<ImageDataset> LoadAsync(JobSpec spec, CancellationToken cancellation)
    {
        ResolvedDataset found = await ResolveAsync(DatasetRequest.Of(spec), null, cancellation).ConfigureAwait(false);
        return found.Dataset.Fingerprint == spec.DatasetFingerprint
            ? found.Dataset
            : throw new UserErrorException(
                $"dataset '{spec.Dataset}' here ({found.Dataset.Source}) has other contents than the job's (SHA-256 {found.Dataset.Fingerprint[..12]}..., wanted {spec.DatasetFingerprint[..Math.Min(12, spec.DatasetFingerprint.Length)]}...); give every node the same files");
    }
}
