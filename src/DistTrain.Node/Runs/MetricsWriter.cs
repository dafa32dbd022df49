using System.Text;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Runs;

/// <summary>Appends a run's records to <c>metrics.jsonl</c>, one a line. Used by one thread at a time.</summary>
public sealed class MetricsWriter : IDisposable
{
    private readonly StreamWriter lines;

    /// <param name="path">Created, or continued: a line that a crash cut short is ended first.</param>
    public MetricsWriter(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        bool torn = false;
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            torn = file.ReadByte() != '\n';
        }

        lines = new StreamWriter(file, new UTF8Encoding(false), bufferSize: 16 * 1024) { NewLine = "\n" };
        if (torn)
        {
            lines.WriteLine();
        }
    }

    /// <summary>Steps come many a second and may wait in the buffer; all other records are handed to the system at once, with the steps before them.</summary>
    public void Write(RunRecord record)
    {
        lines.WriteLine(RunRecordJson.Write(record));
        if (record.KindCase != RunRecord.KindOneofCase.Step)
        {
            lines.Flush();
        }
    }

    public void Dispose() => lines.Dispose();
}
