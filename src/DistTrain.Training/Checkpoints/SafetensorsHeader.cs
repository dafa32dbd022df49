using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DistTrain.Training.Checkpoints;

/// <summary>One float32 tensor of a safetensors file.</summary>
/// <param name="Begin">Its first byte, counted from the start of the data section.</param>
/// <param name="End">One past its last byte.</param>
public sealed record SafetensorsEntry(string Name, IReadOnlyList<int> Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: an 8-byte little-endian length, then JSON that maps each tensor's name to its type, shape and
/// place, and <c>__metadata__</c> to a map of strings.
/// </summary>
public sealed class SafetensorsHeader
{
    internal const string MetadataKey = "__metadata__";
    internal const string Float32 = "F32";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="metadata">Written in the order of its keys' code points.</param>
    /// <param name="entries">In the order of their data, without gaps.</param>
    public SafetensorsHeader(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsEntry> entries)
    {
        Metadata = metadata;
        Entries = entries;
    }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Bytes in the data section.</summary>
    public long DataLength => Entries.Count == 0 ? 0 : Entries[^1].End;

    /// <summary>One tensor after the other, in the given order.</summary>
    public static SafetensorsHeader Of(IReadOnlyDictionary<string, string> metadata, IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors)
    {
        var entries = new List<SafetensorsEntry>();
        long offset = 0;
        foreach ((string name, IReadOnlyList<int> shape) in tensors)
        {
            long end = checked(offset + shape.Aggregate((long)sizeof(float), (bytes, size) => checked(bytes * size)));
            entries.Add(new SafetensorsEntry(name, shape, offset, end));
            offset = end;
        }

        return new SafetensorsHeader(metadata, entries);
    }

    public SafetensorsHeader With(IReadOnlyDictionary<string, string> metadata) => new(metadata, Entries);

    /// <summary>UTF-8, and the same bytes for equal headers.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        foreach (SafetensorsEntry entry in Entries)
        {
            json.WriteStartObject(entry.Name);
            json.WriteString("dtype", Float32);
            WriteNumbers(json, "shape", entry.Shape.Select(size => (long)size));
            WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
