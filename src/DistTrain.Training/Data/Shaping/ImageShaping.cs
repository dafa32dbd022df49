namespace DistTrain.Training.Data.Shaping;

/// <summary>Makes images grey or coloured, and resizes them.</summary>
public static class ImageShaping
{
    /// <summary>The same images if nothing is to be done.</summary>
    public static LabelledImages Apply(LabelledImages images, DatasetRequest request, CancellationToken cancellation)
    {
        var from = new ImageSize(images.Height, images.Width);
        ImageSize to = request.Size ?? from;
        int channels = request.Grayscale is { } grey ? (grey ? 1 : 3) : images.Channels;
        if (from == to && channels == images.Channels)
        {
            return images;
        }

        LabelledImages shaped = Blank(images.Labels, channels, to, images.Classes);
        var resampling = new Resampling(from, to);
        Parallel.For(0, images.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
            Shape(images.Image(i).Span, images.Channels, resampling, shaped.Pixels.AsSpan(i * shaped.PixelsPerImage, shaped.PixelsPerImage), channels));
        return shaped;
    }

    /// <param name="source">Channels x height x width of the size that the resampling begins with.</param>
    /// <param name="target">The same of the size that it ends with.</param>
    public static void Shape(ReadOnlySpan<byte> source, int channels, Resampling resampling, Span<byte> target, int wanted)
    {
        int plane = source.Length / channels;
        int targetPlane = target.Length / wanted;
        if (wanted == 1 && channels == 3)
        {
            resampling.Apply(Grey(source), target);
            return;
        }

        for (int channel = 0; channel < wanted; channel++)
        {
            resampling.Apply(source.Slice((channels == 1 ? 0 : channel) * plane, plane), target.Slice(channel * targetPlane, targetPlane));
        }
    }

    /// <param name="source">3 x height x width: red, green, blue.</param>
    /// <returns>Height x width; a grey pixel stays what it is.</returns>
    public static byte[] Grey(ReadOnlySpan<byte> source)
    {
        byte[] luma = new byte[source.Length / 3];
        for (int p = 0; p < luma.Length; p++)
        {
            luma[p] = Luma(source[p], source[p + luma.Length], source[p + (2 * luma.Length)]);
        }

        return luma;
    }

    /// <summary>Room for images, refused before it is taken if it is more than one array holds well.</summary>
    /// <exception cref="UserErrorException">Above 1 GiB.</exception>
    public static LabelledImages Blank(byte[] labels, int channels, ImageSize size, int classes)
    {
        long bytes = (long)labels.Length * channels * size.Height * size.Width;
        return bytes <= Idx.IdxFormat.LargestBody
            ? new LabelledImages(GC.AllocateUninitializedArray<byte>((int)bytes), labels, channels, size.Height, size.Width, classes)
            : throw new UserErrorException(
                $"{labels.Length} images of {channels}x{size} are {bytes / 1e9:0.0} GB; at most {Idx.IdxFormat.LargestBody / 1e9:0.0} GB are read: give a smaller --image-size");
    }

    /// <summary>ITU-R BT.601, in thousandths.</summary>
    private static byte Luma(int red, int green, int blue) => (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);
}
