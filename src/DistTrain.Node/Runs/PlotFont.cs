using ScottPlot;
using SkiaSharp;

namespace DistTrain.Node.Runs;

/// <summary>
/// A font that the program brings along: a bare server has none, and a picture without numbers says little. ASCII
/// only, so that it stays small.
/// </summary>
internal sealed class PlotFont : IFontResolver
{
    public const string Name = "PlotSans";

    private static readonly Lazy<PlotFont> Registered = new(() =>
    {
        var font = new PlotFont();
        Fonts.FontResolvers.Insert(0, font);
        return font;
    });

    /// <summary>Makes the font known to the plotting library, whose table of fonts is one per process.</summary>
    public static void Register() => _ = Registered.Value;

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? Load() : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Load() : null;

    /// <summary>The font itself, for pictures drawn without the plotting library; the caller disposes it.</summary>
    public static SKTypeface Load()
    {
        using Stream file = typeof(PlotFont).Assembly.GetManifestResourceStream("PlotSans.ttf")
            ?? throw new InvalidOperationException("the program was built without its font, PlotSans.ttf");
        using SKData data = SKData.Create(file);
        return SKTypeface.FromData(data);
    }
}
