using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DistTrain.Training.Checkpoints;

/// <summary>Writes safetensors files of float32 tensors.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <param name="data">The values of the header's tensors, in its order; may be cut into pieces anywhere.</param>
    public static void Write(Stream stream, SafetensorsHeader header, IReadOnlyList<ReadOnlyMemory<float>> data)
    {
        long bytes = data.Sum(piece => (long)piece.Length * sizeof(float));
        if (bytes != header.DataLength)
        {
            throw new ArgumentException($"The header names {header.DataLength} bytes of data, not {bytes}.", nameof(data));
        }

        ReadOnlySpan<byte> json = header.ToJson().Span;
        int padding = (Alignment - (json.Length % Alignment)) % Alignment;
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(json.Length + padding));
        stream.Write(length);
        stream.Write(json);
        stream.Write("        "u8[..padding]);
        foreach (ReadOnlyMemory<float> piece in data)
        {
            // A span of bytes is at most 2 GB, and 512 million floats are the same.
            stream.Write(MemoryMarshal.AsBytes(piece.Span));
        }
    }
}
