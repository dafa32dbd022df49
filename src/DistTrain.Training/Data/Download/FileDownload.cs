using DistTrain.Training.Data.Published;

namespace DistTrain.Training.Data.Download;

/// <summary>Brings one published file into one unfinished file, from the first mirror that has it.</summary>
internal sealed class FileDownload(
    ResumableTransfer transfer, PublishedDataset dataset, PublishedFile file, string part, int attempts, IProgress<DataProgress>? progress)
{
    /// <summary>Gzip makes incompressible data longer by a few bytes in 32 kB, plus its header.</summary>
    private const int MostOverhead = 1 << 17;

    private long Length => File.Exists(part) ? new FileInfo(part).Length : 0;

    /// <summary>Returns when the whole, right file is there.</summary>
    /// <exception cref="DownloadFailedException">No mirror had it; the message has each one's reason.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        List<string> failures = [];
        foreach (Uri mirror in dataset.Mirrors)
        {
            string? failure = await TryAsync(mirror, cancellation);
            if (failure is null)
            {
                Report(mirror, Length, Length, $"{file.CompressedName}: complete, SHA-256 as published");
                return;
            }

            failures.Add($"{mirror.Host}: {failure}");
            Report(mirror, Length, null, failures[^1]);
        }

        throw new DownloadFailedException(string.Join("; ", failures));
    }

    private async Task<string?> TryAsync(Uri mirror, CancellationToken cancellation)
    {
        string failure = "";
        for (int attempt = 0; attempt < attempts; attempt++)
        {
            long before = Length;
            try
            {
                await transfer.RunAsync(
                    new Uri(mirror, file.CompressedName), part, file.Bytes + MostOverhead, (here, total) => Report(mirror, here, total), cancellation);
            }
            catch (DownloadFailedException e)
            {
                failure = e.Message;
                if (e.NothingToKeep)
                {
                    File.Delete(part);
                }

                // Worth another try here: it brought something, or it stumbled over what was there before.
                if (Length > before || (e.NothingToKeep && before > 0))
                {
                    continue;
                }

                return failure;
            }

            if (FileVerification.FaultOf(file, part) is null)
            {
                return null;
            }

            // The beginning may have come from elsewhere; only a file that came whole from here speaks against this mirror.
            failure = "sent a damaged file, or not the published one (SHA-256 differs)";
            File.Delete(part);
            if (before == 0)
            {
                return failure;
            }
        }

        return failure;
    }

    private void Report(Uri mirror, long bytes, long? total, string? note = null) =>
        progress?.Report(new DataProgress(dataset.Name, file.CompressedName, mirror.Host, bytes, total, note));
}
