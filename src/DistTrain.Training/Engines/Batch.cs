using DistTrain.Training.Data;
using DistTrain.Training.Models;

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

    /// <summary>Replaces the contents by the named samples, in that order.</summary>
    /// <param name="dropout">Goes with the contents: no batch has the key of another.</param>
    public void Fill(LabelledImages source, ReadOnlySpan<int> samples, DropoutKey? dropout = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Capacity);
        Count = samples.Length;
        Dropout = dropout;
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
