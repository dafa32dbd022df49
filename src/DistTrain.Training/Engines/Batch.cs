using DistTrain.Training.Buffers;
using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines;

/// <summary>
/// Normalised inputs of up to <see cref="Capacity"/> samples and their labels, filled again for every microbatch
/// without allocating.
/// </summary>
/// <remarks>Pixels are scaled when somebody asks for <see cref="Inputs"/>: an engine that <see cref="ITakesBytes">takes bytes</see> need not wait for floats to go through memory.</remarks>
public sealed class Batch
{
    // Images that are asked for ahead of the one that is scaled, and before an engine takes the first bytes.
    private const int Ahead = 4;
    private const int AheadOfEngine = 16;

    private readonly Memory<float> inputs;
    private readonly Memory<long> labels;
    private readonly ChannelValues mean;
    private readonly ChannelValues standardDeviation;
    private readonly int[] samples;
    private readonly int pixelsPerImage;
    private bool isScaled;

    /// <param name="like">Gives the shape of one image.</param>
    /// <param name="mean">Subtracted from each pixel scaled to 0..1; a number for all channels, or one for each.</param>
    /// <param name="standardDeviation">Divides the difference.</param>
    public Batch(LabelledImages like, ChannelValues mean, ChannelValues standardDeviation, int capacity)
    {
        Capacity = capacity;
        this.mean = mean;
        this.standardDeviation = standardDeviation;
        Source = like;
        Scale = new PixelScale(mean[0], standardDeviation[0]);
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

    /// <summary>Count x C x H x W, pinned. What is changed here counts, until the batch is filled again.</summary>
    public Span<float> Inputs
    {
        get
        {
            if (!isScaled)
            {
                ScalePixels();
                isScaled = true;
            }

            return inputs.Span[..(Count * pixelsPerImage)];
        }
    }

    /// <summary>Count class numbers, pinned.</summary>
    public Span<long> Labels => labels.Span[..Count];

    /// <summary>What dropout is drawn from; null for a batch that is only evaluated, or a model without dropout.</summary>
    public DropoutKey? Dropout { get; private set; }

    /// <summary>Inputs are the <see cref="Samples"/> of the <see cref="Source"/>, scaled by <see cref="Scale"/> and not changed.</summary>
    internal bool HasBytes => !isScaled && Channels == 1 && Scale.IsExact;

    internal LabelledImages Source { get; private set; }

    /// <summary>Which of the source's.</summary>
    internal ReadOnlySpan<int> Samples => samples.AsSpan(0, Count);

    /// <summary>Of the first channel.</summary>
    internal PixelScale Scale { get; }

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
            PixelScaling.Scale(Source.Image(samples[first + i]).Span, pixels.Slice(i * pixelsPerImage, pixelsPerImage), mean: 0, standardDeviation: 1);
        }
    }

    /// <summary>Scales pixels now, and not when somebody asks for the inputs.</summary>
    public void PrepareInputs() => _ = Inputs;

    /// <summary>Replaces the contents by the named samples, in that order.</summary>
    /// <param name="dropout">Goes with the contents: no batch has the key of another.</param>
    /// <exception cref="ArgumentException">Images of the source have another shape, or are fewer than its labels.</exception>
    public void Fill(LabelledImages source, ReadOnlySpan<int> samples, DropoutKey? dropout = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Capacity);
        if ((source.Channels, source.Height, source.Width) != (Channels, Height, Width) || source.Pixels.Length / pixelsPerImage < source.Count)
        {
            throw new ArgumentException($"The batch takes images of {Channels}x{Height}x{Width}, one for each label.", nameof(source));
        }

        Count = samples.Length;
        Dropout = dropout;
        Source = source;
        samples.CopyTo(this.samples);
        isScaled = false;
        for (int i = 0; i < samples.Length; i++)
        {
            labels.Span[i] = source.Labels[samples[i]];
        }

        Prefetch(0, AheadOfEngine);
    }

    /// <summary>Asks for the bytes of some samples, as far as there are so many.</summary>
    internal void Prefetch(int first, int count)
    {
        int end = Math.Min(first + count, Count);
        for (int i = first; i < end; i++)
        {
            PixelScaling.Prefetch(Source.Image(samples[i]).Span);
        }
    }

    private void ScalePixels()
    {
        int plane = Height * Width;
        for (int i = 0; i < Count; i++)
        {
            Prefetch(i + Ahead, 1);
            ReadOnlySpan<byte> pixels = Source.Image(samples[i]).Span;
            Span<float> row = inputs.Span.Slice(i * pixelsPerImage, pixelsPerImage);
            for (int channel = 0; channel < Channels; channel++)
            {
                PixelScaling.Scale(pixels.Slice(channel * plane, plane), row.Slice(channel * plane, plane), mean[channel], standardDeviation[channel]);
            }
        }
    }
}
