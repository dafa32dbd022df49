using System.Text.Json;
using DistTrain.Protocol.Client;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DistTrain.Node.Runs;

/// <summary>
/// A record as one line of <c>--json</c> and of <c>metrics.jsonl</c>: <c>kind</c> (start, step, epoch, event or
/// summary) and <c>time</c>, then the fields of that kind.
/// </summary>
public static class RunRecordJson
{
    private static readonly OneofDescriptor Kinds = RunRecord.Descriptor.Oneofs.Single(oneof => oneof.Name == "kind");

    /// <summary>One line, without its end.</summary>
    public static string Write(RunRecord record) => MessageJson.Write(writer => WriteFields(writer, record));

    /// <summary>What stands between the braces.</summary>
    internal static void WriteFields(Utf8JsonWriter writer, RunRecord record)
    {
        if (record.KindCase == RunRecord.KindOneofCase.Step)
        {
            writer.WriteString("kind", "step");
            MessageJson.WriteNumber(writer, "time", record.Time);
            StepRecordJson.WriteFields(writer, record.Step);
            return;
        }

        FieldDescriptor kind = Kinds.Accessor.GetCaseFieldDescriptor(record)
            ?? throw new ArgumentException("the record has no kind", nameof(record));
        writer.WriteString("kind", kind.Name);
        MessageJson.WriteNumber(writer, "time", record.Time);
        MessageJson.WriteFields(writer, (IMessage)kind.Accessor.GetValue(record));
    }

    /// <exception cref="FormatException">The line is no record, or not a whole one.</exception>
    public static RunRecord Read(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement json = document.RootElement;
            string? name = json.GetProperty("kind").GetString();
            FieldDescriptor kind = Kinds.Fields.SingleOrDefault(field => field.Name == name)
                ?? throw new FormatException($"unknown kind '{name}'");
            IMessage body = kind.MessageType.Parser.ParseFrom(ByteString.Empty);
            if (body is StepRecord step)
            {
                StepRecordJson.ReadFields(json, step);
            }
            else
            {
                MessageJson.ReadFields(json, body);
            }

            JsonElement time = json.GetProperty("time");
            var record = new RunRecord { Time = time.ValueKind == JsonValueKind.Null ? double.NaN : time.GetDouble() };
            kind.Accessor.SetValue(record, body);
            return record;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("not a record: " + error.Message, error);
        }
    }
}
