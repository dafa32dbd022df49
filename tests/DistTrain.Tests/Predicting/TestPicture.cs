using SkiaSharp;

namespace DistTrain.Tests.Predicting;

/// <summary>Pictures as the world has them.</summary>
internal static class TestPicture
{
    /// <param name="value">Grey of a pixel by its x and y.</param>
    public static byte[] Encode(int width, int height, Func<int, int, byte> value, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        return Of(width, height, (x, y) => new SKColor(value(x, y), value(x, y), value(x, y)), format);
    }

    /// <summary>Noise, in its opacity too.</summary>
    public static byte[] Transparent(int width, int height, int salt)
    {
        var random = new Random(salt);
        return Of(width, height, (_, _) => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
    }

    public static byte[] Of(int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colour(x, y));
            }
        }

        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>An image of a data set, each pixel as a square of so many.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int side, int enlarged = 1, bool inverted = false, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        byte[] image = pixels.ToArray();
        return Encode(side * enlarged, side * enlarged, (x, y) => (byte)(image[(y / enlarged * side) + (x / enlarged)] ^ (inverted ? 0xff : 0)), format);
    }
}
