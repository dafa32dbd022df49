using DistTrain.Node.Runs;
using SkiaSharp;

namespace DistTrain.Node.Pictures;

/// <summary>Writes on a sheet with the program's own font, in two sizes. What the font lacks becomes a question mark.</summary>
internal sealed class SheetLettering : IDisposable
{
    private const string Cut = "..";

    private readonly SKTypeface typeface = PlotFont.Load();
    private readonly SKFont large;
    private readonly SKFont small;

    public SheetLettering()
    {
        large = new SKFont(typeface, 14) { Edging = SKFontEdging.Antialias };
        small = new SKFont(typeface, 11) { Edging = SKFontEdging.Antialias };
    }

    public int LineHeight(bool large) => (int)Math.Ceiling(FontOf(large).Spacing);

    public int Width(string text, bool large) => (int)Math.Ceiling(FontOf(large).MeasureText(Known(text)));

    /// <summary>The text, or as much of its beginning as there is room for.</summary>
    public string Fit(string text, int width, bool large)
    {
        if (Width(text, large) <= width)
        {
            return text;
        }

        int length = text.Length;
        while (length > 0 && Width(text[..length] + Cut, large) > width)
        {
            length--;
        }

        return text[..length] + Cut;
    }

    /// <param name="top">Of the line, not its base line.</param>
    public void Write(SKCanvas canvas, string text, int left, int top, SKColor color, bool large)
    {
        SKFont font = FontOf(large);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawText(Known(text), left, top - font.Metrics.Ascent, SKTextAlign.Left, font, paint);
    }

    public void Dispose()
    {
        large.Dispose();
        small.Dispose();
        typeface.Dispose();
    }

    private SKFont FontOf(bool isLarge) => isLarge ? large : small;

    private string Known(string text) => string.Concat(text.EnumerateRunes().Select(rune => typeface.GetGlyph(rune.Value) == 0 ? "?" : rune.ToString()));
}
