using DistTrain.Training;
using SkiaSharp;

namespace DistTrain.Node.Predicting;

/// <summary>Reads PNG and JPEG files from anyone: sizes are looked at before anything of that size is allocated.</summary>
internal static class PictureReader
{
    public const long MostBytes = 64 << 20;
    public const long MostPixels = 50_000_000;

    /// <param name="name">For messages.</param>
    /// <exception cref="UserErrorException">It is no picture that can be read.</exception>
    public static Picture Read(Stream stream, string name)
    {
        using SKData data = SKData.CreateCopy(Bytes(stream, name));
        using SKCodec codec = SKCodec.Create(data)
            ?? throw Bad(name, data.Size == 0 ? "it is empty" : "it is neither a PNG nor a JPEG");
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
        {
            throw Bad(name, $"it is a picture of the format {codec.EncodedFormat}, and only PNG and JPEG are read");
        }

        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1 || (long)width * height > MostPixels)
        {
            throw Bad(name, $"it has {width} x {height} pixels, and at most {MostPixels / 1_000_000} million are read");
        }

        byte[] rgba = new byte[4 * width * height];
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        SKCodecResult result;
        unsafe
        {
            fixed (byte* pixels = rgba)
            {
                result = codec.GetPixels(info, (nint)pixels);
            }
        }

        return result == SKCodecResult.Success
            ? Upright(new Picture(width, height, rgba), codec.EncodedOrigin)
            : throw Bad(name, result == SKCodecResult.IncompleteInput ? "it ends too soon" : $"it is damaged ({result})");
    }

    /// <summary>Cameras store what the sensor saw and say how it was held.</summary>
    internal static Picture Upright(Picture picture, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return picture;
        }

        bool turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        (int width, int height) = turned ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        byte[] rgba = new byte[picture.Rgba.Length];
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
                picture.Rgba.AsSpan(4 * ((row * picture.Width) + column), 4).CopyTo(rgba.AsSpan(4 * ((y * width) + x)));
            }
        }

        return new Picture(width, height, rgba);
    }

    private static byte[] Bytes(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        while (stream.Read(buffer) is int count and > 0)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MostBytes)
            {
                throw Bad(name, $"it has more than {MostBytes >> 20} MB");
            }
        }

        return bytes.ToArray();
    }

    private static UserErrorException Bad(string name, string why) => new($"{name}: not a picture that can be read: {why}");
}
