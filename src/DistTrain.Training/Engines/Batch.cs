using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistTrain.Training.Data;

namespace DistTrain.Training.Engines;

/// <summary>
/// Normalised inputs of up to <see cref="Capacity"/> samples and their labels, filled again for every microbatch
/// without allocating.
/// </summary>
public sealed class Batch
{
    private readonly float[] inputs;
    private readonly long[] labels;
    private readonly float[] normalised = new float[256];
    private readonly int pixelsPerImage;

    /// <param name="like">Gives the shape of one image.</param>
    /// <param name="mean">Subtracted from each pixel scaled to 0..1.</param>
    /// <param name="standardDeviation">Divides the difference.</param>
    public Batch(LabelledImages like, float mean, float standardDeviation, int capacity)
    {
        Capacity = capacity;
        Channels = like.Channels;
        Height = like.Height;
        Width = like.Width;
        pixelsPerImage = like.PixelsPerImage;
        inputs = GC.AllocateUninitializedArray<float>(checked(capacity * pixelsPerImage), pinned: true);
        labels = GC.AllocateUninitializedArray<long>(capacity, pinned: true);

        // A byte has 256 values: normalising is a look-up, and the same bits in every process.
        for (int value = 0; value < normalised.Length; value++)
        {
            normalised[value] = ((value / 255f) - mean) / standardDeviation;
        }
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Count x C x H x W, pinned.</summary>
    public Span<float> Inputs => inputs.AsSpan(0, Count * pixelsPerImage);

    /// <summary>Count class numbers, pinned.</summary>
    public Span<long> Labels => labels.AsSpan(0, Count);

    /// <summary>Replaces the contents by the named samples, in that order.</summary>
    public void Fill(LabelledImages source, ReadOnlySpan<int> samples)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Capacity);
        Count = samples.Length;
        for (int i = 0; i < samples.Length; i++)
        {
            ReadOnlySpan<byte> pixels = source.Pixels.AsSpan(samples[i] * pixelsPerImage, pixelsPerImage);
            Span<float> row = inputs.AsSpan(i * pixelsPerImage, pixelsPerImage);
            Normalise(pixels, row);

            labels[i] = source.Labels[samples[i]];
        }
    }

    /// <summary>Without checks of bounds, which would cost more than the look-up: a byte is always within the table.</summary>
    private void Normalise(ReadOnlySpan<byte> pixels, Span<float> row)
    {
        ref float table = ref MemoryMarshal.GetArrayDataReference(normalised);
        ref byte from = ref MemoryMarshal.GetReference(pixels);
        ref float to = ref MemoryMarshal.GetReference(row[..pixels.Length]);
        nuint p = 0;
        for (; p + 4 <= (nuint)pixels.Length; p += 4)
        {
            float first = Unsafe.Add(ref table, Unsafe.Add(ref from, p));
            float second = Unsafe.Add(ref table, Unsafe.Add(ref from, p + 1));
            float third = Unsafe.Add(ref table, Unsafe.Add(ref from, p + 2));
            float fourth = Unsafe.Add(ref table, Unsafe.Add(ref from, p + 3));
            Unsafe.Add(ref to, p) = first;
            Unsafe.Add(ref to, p + 1) = second;
            Unsafe.Add(ref to, p + 2) = third;
            Unsafe.Add(ref to, p + 3) = fourth;
        }

        for (; p < (nuint)pixels.Length; p++)
        {
            Unsafe.Add(ref to, p) = Unsafe.Add(ref table, Unsafe.Add(ref from, p));
        }
    }
}
