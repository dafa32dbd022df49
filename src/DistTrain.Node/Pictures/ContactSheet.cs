using DistTrain.Training;
using SkiaSharp;

namespace DistTrain.Node.Pictures;

/// <summary>Many small pictures on one, in rows with a title each and a caption below each tile, as PNG.</summary>
public static class ContactSheet
{
    private static readonly SKColor Paper = SKColors.White;
    private static readonly SKColor Ink = new(0x20, 0x20, 0x20);
    private static readonly SKColor Faint = new(0x60, 0x60, 0x60);

    /// <summary>Writes the sheet; a file that is there is replaced as a whole.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Save(string path, string title, IReadOnlyList<TileRow> rows)
    {
        byte[] png = Render(title, rows);
        string temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            File.WriteAllBytes(temporary, png);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new UserErrorException($"{path}: cannot be written: {e.Message.ReplaceLineEndings(" ")}; choose another file", e);
        }
    }

    /// <summary>The bytes of the PNG.</summary>
    /// <exception cref="ArgumentException">A tile has not as many bytes as its shape says, or neither 1 nor 3 channels.</exception>
    public static byte[] Render(string title, IReadOnlyList<TileRow> rows)
    {
        using var lettering = new SheetLettering();
        var layout = SheetLayout.Of(title, rows, lettering);
        using var bitmap = new SKBitmap(new SKImageInfo(layout.Width, layout.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(Paper);
            lettering.Write(canvas, title, SheetLayout.Margin, SheetLayout.Margin, Ink, large: true);
            for (int r = 0; r < rows.Count; r++)
            {
                DrawRow(canvas, rows[r], layout, layout.RowTops[r], lettering);
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static void DrawRow(SKCanvas canvas, TileRow row, SheetLayout layout, int top, SheetLettering lettering)
    {
        string title = lettering.Fit(row.Title, SheetLayout.WidestTitle, large: true);
        lettering.Write(canvas, title, SheetLayout.Margin, top + ((layout.TileHeight - lettering.LineHeight(large: true)) / 2), Ink, large: true);
        for (int t = 0; t < row.Tiles.Count; t++)
        {
            Tile tile = row.Tiles[t];
            int left = layout.TilesLeft + (t * layout.CellWidth);
            using SKBitmap picture = TileBitmap.Of(tile);
            (int width, int height) = SheetLayout.SizeOf(tile);
            using SKImage image = SKImage.FromBitmap(picture);

            // Pixels stay squares when they are enlarged: a sheet shows what a network sees.
            bool shrunk = width < tile.Width;
            var sampling = shrunk ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear) : new SKSamplingOptions(SKFilterMode.Nearest);
            canvas.DrawImage(image, SKRect.Create(left, top, width, height), sampling);
            int below = top + layout.TileHeight + SheetLayout.CaptionGap;
            foreach (string line in tile.Caption.Split('\n'))
            {
                lettering.Write(canvas, lettering.Fit(line, layout.CellWidth - SheetLayout.Gap, large: false), left, below, Faint, large: false);
                below += lettering.LineHeight(large: false);
            }
        }
    }
}
