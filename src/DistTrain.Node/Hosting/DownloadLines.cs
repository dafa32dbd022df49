using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Node.Hosting;

/// <summary>A line every two seconds of a download or of reading many images, and one for each note.</summary>
internal sealed class DownloadLines(IProgress<string> lines) : IProgress<DataProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private long last = TimeProvider.System.GetTimestamp();

    public void Report(DataProgress value)
    {
        // Images are read on several threads.
        using Lock.Scope scope = gate.EnterScope();
        if (value.Note is { } note)
        {
            lines.Report(note);
        }
        else if (TimeProvider.System.GetElapsedTime(last) >= Every)
        {
            last = TimeProvider.System.GetTimestamp();
            if (value.ImagesInAll > 0)
            {
                lines.Report(string.Create(CultureInfo.InvariantCulture, $"reading {value.Dataset}: {value.ImagesRead:N0} of {value.ImagesInAll:N0} images"));
                return;
            }

            string of = value.TotalBytes is { } total ? $" of {total / 1e6:0.0}" : "";
            lines.Report($"fetching {value.Dataset} from {value.Host}: {value.File}, {value.Bytes / 1e6:0.0}{of} MB");
        }
    }
}
