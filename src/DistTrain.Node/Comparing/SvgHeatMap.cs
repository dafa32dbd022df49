using System.Globalization;
using System.Net;
using System.Text;

namespace DistTrain.Node.Comparing;

/// <summary>A heat map as an inline SVG element.</summary>
internal static class SvgHeatMap
{
    public const string Strong = "#1f5da0";
    public const string Nothing = "#d9dbde";

    private const int TileWidth = 84;
    private const int TileHeight = 36;
    private const int LetterWidth = 8;

    public static string Compose(HeatMapGrid map)
    {
        (int rows, int columns) = (map.Down.Values.Count, map.Across.Values.Count);
        int left = 24 + (LetterWidth * Math.Max(map.Down.Name.Length, map.Down.Values.Max(value => value.Length)));
        int top = 48;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {left + (columns * TileWidth) + 8} {top + (rows * TileHeight) + 8}\" width=\"{left + (columns * TileWidth) + 8}\" role=\"img\" aria-label=\"Mean test accuracy by {Encoded(map.Down.Name)} and {Encoded(map.Across.Name)}\">\n");
        Text(svg, left + (columns * TileWidth / 2), 14, "middle", map.Across.Name, "name");
        Text(svg, left - 10, top - 8, "end", map.Down.Name, "name");
        for (int column = 0; column < columns; column++)
        {
            Text(svg, left + (column * TileWidth) + (TileWidth / 2), top - 8, "middle", map.Across.Values[column], "tick");
        }

        for (int row = 0; row < rows; row++)
        {
            Text(svg, left - 10, top + (row * TileHeight) + (TileHeight / 2) + 4, "end", map.Down.Values[row], "tick");
            for (int column = 0; column < columns; column++)
            {
                Tile(svg, map[row, column], left + (column * TileWidth), top + (row * TileHeight));
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Tile(StringBuilder svg, HeatMapTile tile, int x, int y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Encoded(tile.Title)}</title><rect x=\"{x}\" y=\"{y}\" width=\"{TileWidth}\" height=\"{TileHeight}\" fill=\"{Colour(tile.Strength)}\" stroke=\"#ffffff\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (TileWidth / 2)}\" y=\"{y + (TileHeight / 2) + 4}\" text-anchor=\"middle\" style=\"fill:{(tile.Strength > 0.5 ? "#ffffff" : "#16181b")}\">{Encoded(tile.Text)}</text></g>\n");
    }

    private static void Text(StringBuilder svg, int x, int y, string anchor, string text, string kind) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{Encoded(text)}</text>\n");

    /// <summary>From white to the strong colour.</summary>
    private static string Colour(double? strength)
    {
        if (strength is not { } share)
        {
            return Nothing;
        }

        return "#" + string.Concat(Enumerable.Range(0, 3).Select(channel =>
        {
            int strong = int.Parse(Strong.AsSpan(1 + (2 * channel), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return ((int)Math.Round(255 + (share * (strong - 255)))).ToString("x2", CultureInfo.InvariantCulture);
        }));
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
