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
            for (int p = 0; p < pixels.Length; p++)
            {
                row[p] = normalised[pixels[p]];
            }

            labels[i] = source.Labels[samples[i]];
        }
    }
}
