namespace DistTrain.Training.Data;

/// <summary>Images and their classes, as stored: one byte a pixel, not yet normalised.</summary>
/// <param name="Pixels">N x C x H x W bytes, row-major.</param>
/// <param name="Labels">N class numbers, each below <paramref name="Classes"/>.</param>
public sealed record LabelledImages(byte[] Pixels, byte[] Labels, int Channels, int Height, int Width, int Classes)
{
    public int Count => Labels.Length;

    /// <summary>Number of values in one image, C x H x W.</summary>
    public int PixelsPerImage => Channels * Height * Width;
}
