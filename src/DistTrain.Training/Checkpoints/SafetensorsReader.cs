using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DistTrain.Training.Checkpoints;

/// <summary>
/// Reads safetensors files of float32 tensors, from anyone: every length and offset is checked against the file
/// before it is believed, and nothing larger than the file is allocated.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>The limit of the format's own implementation.</summary>
    private const long LargestHeader = 100_000_000;

    /// <summary>Leaves the stream at the start of the data section.</summary>
    /// <param name="stream">At its start, and able to tell its length.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="UserErrorException">The file is damaged or holds what this reader does not take.</exception>
    public static SafetensorsHeader ReadHeader(Stream stream, string file)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (stream.Length < prefix.Length)
        {
            throw Damaged(file, $"it has {stream.Length} bytes and ends before its header");
        }

        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long rest = stream.Length - prefix.Length;
        if (length > LargestHeader || length > (ulong)rest)
        {
            throw Damaged(file, $"its header claims {length} bytes, of {rest} in the file and {LargestHeader} allowed");
        }

        byte[] json = new byte[length];
        stream.ReadExactly(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(document.RootElement, rest - (long)length, file);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(file, "its header is not the JSON of the safetensors format", bad);
        }
    }

    /// <summary>Reads the next values of the data section.</summary>
    /// <exception cref="UserErrorException">The file ended first.</exception>
    public static void ReadData(Stream stream, Span<float> values, string file)
    {
        try
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values));
        }
        catch (EndOfStreamException end)
        {
            throw Damaged(file, "it ended while it was read", end);
        }
    }

    internal static UserErrorException Damaged(string file, string why, Exception? cause = null)
    {
        string message = $"{file}: not a valid safetensors file: {why}; use another file";
        return cause is null ? new UserErrorException(message) : new UserErrorException(message, cause);
    }

    private static SafetensorsHeader Parse(JsonElement root, long dataLength, string file)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == SafetensorsHeader.MetadataKey)
            {
                foreach (JsonProperty pair in property.Value.EnumerateObject())
                {
                    metadata.Add(pair.Name, pair.Value.GetString() ?? throw Damaged(file, $"its metadata '{pair.Name}' is not a string"));
                }
            }
            else
            {
                entries.Add(Entry(property, file));
            }
        }

        SafetensorsEntry[] ordered = [.. entries.OrderBy(entry => (entry.Begin, entry.End))];
        long end = 0;
        foreach (SafetensorsEntry entry in ordered)
        {
            if (entry.Begin != end)
            {
                throw Damaged(file, $"the data of '{entry.Name}' begins at byte {entry.Begin}, but that before it ends at {end}");
            }

            end = entry.End;
        }

        return end == dataLength
            ? new SafetensorsHeader(metadata, ordered)
            : throw Damaged(file, $"its tensors take {end} bytes and its data section has {dataLength}");
    }

    private static SafetensorsEntry Entry(JsonProperty property, string file)
    {
        string? type = null;
        int[]? shape = null;
        long[]? offsets = null;
        foreach (JsonProperty field in property.Value.EnumerateObject())
        {
            switch (field.Name)
            {
                case "dtype":
                    type = field.Value.GetString();
                    break;
                case "shape":
                    shape = [.. field.Value.EnumerateArray().Select(size => size.GetInt32())];
                    break;
                case "data_offsets":
                    offsets = [.. field.Value.EnumerateArray().Select(offset => offset.GetInt64())];
                    break;
                default:
                    throw Damaged(file, $"tensor '{property.Name}' has an unknown field '{field.Name}'");
            }
        }

        if (type != SafetensorsHeader.Float32)
        {
            throw Damaged(file, $"tensor '{property.Name}' is of type '{type}', and only {SafetensorsHeader.Float32} is read");
        }

        if (shape is null || offsets is not [>= 0, _] || Length(shape) is not long length || offsets[1] - offsets[0] != length)
        {
            throw Damaged(file, $"tensor '{property.Name}' has a shape and data_offsets that do not fit each other");
        }

        return new SafetensorsEntry(property.Name, shape, offsets[0], offsets[1]);
    }

    /// <summary>Bytes of a tensor of this shape; null when that is not a number that a file could have.</summary>
    private static long? Length(int[] shape)
    {
        long length = sizeof(float);
        foreach (int size in shape)
        {
            if (size < 0 || (size > 0 && length > long.MaxValue / size))
            {
                return null;
            }

            length *= size;
        }

        return length;
    }
}
