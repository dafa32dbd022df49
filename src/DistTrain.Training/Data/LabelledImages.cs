namespace DistTrain.Training.Data;

/// <summary>Images and their classes, as stored: one byte a pixel, not yet normalised.</summary>
/// <param name="Pixels">N x C x H x W bytes, row-major.</param>
/// <param name="Labels">N class numbers, each below <paramref name="Classes"/>.</param>
public sealed record LabelledImages(byte[] Pixels, byte[] Labels, int Channels, int Height, int Width, int Classes)
{
    public int Count => Labels.Length;

    /// <summary>Number of values in one image, C x H x W.</summary>
    public int PixelsPerImage => Channels * Height * Width;

    public ImageShape Shape => new(Channels, Height, Width);

    /// <summary>The bytes of one image, C x H x W.</summary>
    public ReadOnlyMemory<byte> Image(int index) => Pixels.AsMemory(index * PixelsPerImage, PixelsPerImage);

    /// <summary>A copy of the named images, in that order.</summary>
    public LabelledImages Select(ReadOnlySpan<int> images)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(images.Length * PixelsPerImage));
        byte[] labels = new byte[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            Image(images[i]).Span.CopyTo(pixels.AsSpan(i * PixelsPerImage));
            labels[i] = Labels[images[i]];
        }

        return this with { Pixels = pixels, Labels = labels };
    }
}
