using SkiaSharp;

namespace DistTrain.Node.Pictures;

/// <summary>Bytes of a data set as a bitmap.</summary>
internal static class TileBitmap
{
    /// <exception cref="ArgumentException">Not as many bytes as the shape says, or neither 1 nor 3 channels.</exception>
    public static SKBitmap Of(Tile tile)
    {
        int plane = tile.Height * tile.Width;
        if (tile.Channels is not (1 or 3) || tile.Pixels.Length != tile.Channels * plane || plane == 0)
        {
            throw new ArgumentException($"{tile.Pixels.Length} bytes are no picture of {tile.Channels} x {tile.Height} x {tile.Width}", nameof(tile));
        }

        SKColorType type = tile.Channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888;
        var bitmap = new SKBitmap(new SKImageInfo(tile.Width, tile.Height, type, SKAlphaType.Opaque));
        ReadOnlySpan<byte> from = tile.Pixels.Span;
        Span<byte> to = bitmap.GetPixelSpan();
        for (int y = 0; y < tile.Height; y++)
        {
            Span<byte> row = to[(y * bitmap.RowBytes)..];
            for (int x = 0; x < tile.Width; x++)
            {
                int p = (y * tile.Width) + x;
                if (tile.Channels == 1)
                {
                    row[x] = from[p];
                    continue;
                }

                row[4 * x] = from[p];
                row[(4 * x) + 1] = from[p + plane];
                row[(4 * x) + 2] = from[p + (2 * plane)];
                row[(4 * x) + 3] = 0xff;
            }
        }

        return bitmap;
    }

    /// <summary>The bytes of a PNG of the tile's own size, grey or coloured as the tile is, without loss.</summary>
    public static byte[] EncodePng(Tile tile)
    {
        using SKBitmap bitmap = Of(tile);
        using SKPixmap pixels = bitmap.PeekPixels()!;
        using SKData png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Up, 6))
            ?? throw new InvalidOperationException($"a picture of {tile.Channels} x {tile.Height} x {tile.Width} could not be encoded");
        return png.ToArray();
    }
}
