using DistTrain.Training.Buffers;
using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines;

/// <summary>
/// Normalised inputs of up to <see cref="Capacity"/> samples and their labels, filled again for every microbatch
/// without allocating.
/// </summary>
public sealed class Batch
{
    // Images that are asked for ahead of the one that is scaled.
    private const int Ahead = 4;

    private readonly Memory<float> inputs;
    private readonly Memory<long> labels;
    private readonly ChannelValues mean;
    private readonly ChannelValues standardDeviation;
    private readonly int[] samples;
    private readonly int pixelsPerImage;
    private LabelledImages source;

    /// <param name="like">Gives the shape of one image.</param>
    /// <param name="mean">Subtracted from each pixel scaled to 0..1; a number for all channels, or one for each.</param>
    /// <param name="standardDeviation">Divides the difference.</param>
    public Batch(LabelledImages like, ChannelValues mean, ChannelValues standardDeviation, int capacity)
    {
        Capacity = capacity;
        this.mean = mean;
        this.standardDeviation = standardDeviation;
        source = like;
        samples = new int[capacity];
        Channels = like.Channels;
        Height = like.Height;
        Width = like.Width;
        pixelsPerImage = like.PixelsPerImage;
        inputs = PinnedMemory.Allocate<float>(checked(capacity * pixelsPerImage));
        labels = PinnedMemory.Allocate<long>(capacity);
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Count x C x H x W, pinned.</summary>
    public Span<float> Inputs => inputs.Span[..(Count * pixelsPerImage)];

    /// <summary>Count class numbers, pinned.</summary>
    public Span<long> Labels => labels.Span[..Count];

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
            PixelScaling.Scale(source.Image(samples[first + i]).Span, pixels.Slice(i * pixelsPerImage, pixelsPerImage), mean: 0, standardDeviation: 1);
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
        int plane = Height * Width;
        Span<float> rows = Inputs;
        Span<long> classes = Labels;
        for (int i = 0; i < samples.Length; i++)
        {
            if (i + Ahead < samples.Length)
            {
                PixelScaling.Prefetch(source.Image(samples[i + Ahead]).Span);
            }

            ReadOnlySpan<byte> pixels = source.Image(samples[i]).Span;
            Span<float> row = rows.Slice(i * pixelsPerImage, pixelsPerImage);
            for (int channel = 0; channel < Channels; channel++)
            {
                PixelScaling.Scale(pixels.Slice(channel * plane, plane), row.Slice(channel * plane, plane), mean[channel], standardDeviation[channel]);
            }

            classes[i] = source.Labels[samples[i]];
        }
    }
}
