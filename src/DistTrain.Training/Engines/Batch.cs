using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines;

/// <summary>
/// Normalised inputs of up to <see cref="Capacity"/> samples and their labels, filled again for every microbatch
/// without allocating.
/// </summary>
public sealed class Batch
{
    private const int Values = 256;

    private readonly float[] inputs;
    private readonly long[] labels;
    private readonly float[] normalised;
    private readonly float[] scaled = [.. Enumerable.Range(0, Values).Select(value => value / 255f)];
    private readonly int[] samples;
    private readonly int pixelsPerImage;
    private LabelledImages source;

    /// <param name="like">Gives the shape of one image.</param>
    /// <param name="mean">Subtracted from each pixel scaled to 0..1; a number for all channels, or one for each.</param>
    /// <param name="standardDeviation">Divides the difference.</param>
    public Batch(LabelledImages like, ChannelValues mean, ChannelValues standardDeviation, int capacity)
    {
        Capacity = capacity;
        source = like;
        samples = new int[capacity];
        Channels = like.Channels;
        Height = like.Height;
        Width = like.Width;
        pixelsPerImage = like.PixelsPerImage;
        inputs = GC.AllocateUninitializedArray<float>(checked(capacity * pixelsPerImage), pinned: true);
        labels = GC.AllocateUninitializedArray<long>(capacity, pinned: true);

        // A byte has 256 values: normalising is a look-up, a table a channel, and the same bits in every process.
        normalised = new float[Channels * Values];
        for (int entry = 0; entry < normalised.Length; entry++)
        {
            int channel = entry / Values;
            normalised[entry] = (scaled[entry % Values] - mean[channel]) / standardDeviation[channel];
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

    /// <summary>What dropout is drawn from; null for a batch that is only evaluated, or a model without dropout.</summary>
    public DropoutKey? Dropout { get; private set; }

    /// <exception cref="ArgumentException">The model has dropout and there is nothing to draw it from.</exception>
    internal void RequireKeyFor(ModelDescription model)
    {
        if (Dropout is null && model.HasDropout)
        {
            throw new ArgumentException($"Model {model.Name} has dropout, but the batch was filled without a key to draw it from.", nameof(model));
        }
    }

    /// <summary>The same images with each pixel from 0 to 1, not normalised: what an autoencoder is to give back.</summary>
    /// <param name="first">Place of the first of them within the batch.</param>
    /// <param name="pixels">Overwritten: as many images as it has room for, each C x H x W.</param>
    public void CopyPixels(int first, Span<float> pixels)
    {
        int images = pixels.Length / pixelsPerImage;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + images, Count);
        for (int i = 0; i < images; i++)
        {
            Normalise(source.Image(samples[first + i]).Span, pixels.Slice(i * pixelsPerImage, pixelsPerImage), scaled);
        }
    }

    /// <summary>Replaces the contents by the named samples, in that order.</summary>
    /// <param name="dropout">Goes with the contents: no batch has the key of another.</param>
    public void Fill(LabelledImages source, ReadOnlySpan<int> samples, DropoutKey? dropout = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Capacity);
        Count = samples.Length;
        Dropout = dropout;
        this.source = source;
        samples.CopyTo(this.samples);
        for (int i = 0; i < samples.Length; i++)
        {
            ReadOnlySpan<byte> pixels = source.Pixels.AsSpan(samples[i] * pixelsPerImage, pixelsPerImage);
            Span<float> row = inputs.AsSpan(i * pixelsPerImage, pixelsPerImage);
            int plane = Height * Width;
            for (int channel = 0; channel < Channels; channel++)
            {
                Normalise(pixels.Slice(channel * plane, plane), row.Slice(channel * plane, plane), normalised.AsSpan(channel * Values, Values));
            }

            labels[i] = source.Labels[samples[i]];
        }
    }

    /// <summary>Without checks of bounds, which would cost more than the look-up: a byte is always within the table.</summary>
    private static void Normalise(ReadOnlySpan<byte> pixels, Span<float> row, ReadOnlySpan<float> normalised)
    {
        ref float table = ref MemoryMarshal.GetReference(normalised[..Values]);
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
