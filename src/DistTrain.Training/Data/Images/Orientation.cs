using DistTrain.Training.Data.Shaping;
using SkiaSharp;

namespace DistTrain.Training.Data.Images;

/// <summary>Cameras store what the sensor saw and say how it was held (EXIF, tag 0x0112).</summary>
internal static class Orientation
{
    /// <summary>The size once the image is upright.</summary>
    public static ImageSize Upright(ImageSize stored, SKEncodedOrigin origin) => IsTurned(origin) ? new ImageSize(stored.Width, stored.Height) : stored;

    /// <param name="rgba">Height x width x 4 bytes.</param>
    /// <returns>The same pixels upright; the same array if they are.</returns>
    public static byte[] Upright(byte[] rgba, ImageSize stored, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return rgba;
        }

        (int height, int width) = (Upright(stored, origin).Height, Upright(stored, origin).Width);
        byte[] upright = new byte[rgba.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // Where the pixel that belongs at (x, y) is stored.
                (int column, int row) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, width - 1 - x),
                    SKEncodedOrigin.RightBottom => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                rgba.AsSpan(4 * ((row * stored.Width) + column), 4).CopyTo(upright.AsSpan(4 * ((y * width) + x)));
            }
        }

        return upright;
    }

    private static bool IsTurned(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
}
