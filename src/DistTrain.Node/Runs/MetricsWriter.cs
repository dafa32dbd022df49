using System.Buffers;
using System.Text.Json;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Runs;

/// <summary>Appends a run's records to <c>metrics.jsonl</c>, one a line. Used by one thread at a time; a step's record allocates nothing.</summary>
public sealed class MetricsWriter : IDisposable
{
    private readonly FileStream file;
    private readonly ArrayBufferWriter<byte> line = new(512);
    private readonly Utf8JsonWriter writer;

    /// <param name="path">Created, or continued: a line that a crash cut short is ended first.</param>
    public MetricsWriter(string path)
    {
        writer = new Utf8JsonWriter(line, MessageJson.Options);
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 16 * 1024);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }
    }

    /// <summary>Steps come many a second and may wait in the buffer; all other records are handed to the system at once, with the steps before them.</summary>
    public void Write(RunRecord record)
    {
        line.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        RunRecordJson.WriteFields(writer, record);
        writer.WriteEndObject();
        writer.Flush();
        file.Write(line.WrittenSpan);
        file.WriteByte((byte)'\n');
        if (record.KindCase != RunRecord.KindOneofCase.Step)
        {
            file.Flush();
        }
    }

    public void Dispose()
    {
        writer.Dispose();
        file.Dispose();
    }
}
