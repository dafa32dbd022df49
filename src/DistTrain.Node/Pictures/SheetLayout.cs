namespace DistTrain.Node.Pictures;

/// <summary>Where everything on a sheet goes, in its pixels.</summary>
internal sealed class SheetLayout
{
    public const int Margin = 12;
    public const int Gap = 6;
    public const int CaptionGap = 2;
    public const int WidestTitle = 220;

    /// <summary>A small tile is enlarged by whole factors up to about this, a larger one shrunk to it.</summary>
    private const int LongSide = 84;

    /// <summary>A caption may make a cell this wide, no wider: it is cut short.</summary>
    private const int WidestCaption = 130;

    public int Width { get; private init; }

    public int Height { get; private init; }

    public int TilesLeft { get; private init; }

    public int CellWidth { get; private init; }

    public int TileHeight { get; private init; }

    public IReadOnlyList<int> RowTops { get; private init; } = [];

    public static SheetLayout Of(string title, IReadOnlyList<TileRow> rows, SheetLettering lettering)
    {
        Tile[] tiles = [.. rows.SelectMany(row => row.Tiles)];
        int tileWidth = tiles.Select(tile => SizeOf(tile).Width).DefaultIfEmpty(0).Max();
        int tileHeight = tiles.Select(tile => SizeOf(tile).Height).DefaultIfEmpty(0).Max();
        int captionWidth = tiles.SelectMany(tile => tile.Caption.Split('\n')).Select(line => lettering.Width(line, large: false)).DefaultIfEmpty(0).Max();
        int titleWidth = rows.Select(row => lettering.Width(row.Title, large: true)).DefaultIfEmpty(0).Max();
        int left = Margin + (titleWidth == 0 ? 0 : Math.Min(titleWidth, WidestTitle) + (2 * Gap));
        int cell = Math.Max(tileWidth, Math.Min(captionWidth, WidestCaption)) + Gap;
        int top = Margin + (title.Length == 0 ? 0 : lettering.LineHeight(large: true) + (2 * Gap));
        var tops = new List<int>();
        foreach (TileRow row in rows)
        {
            tops.Add(top);
            int lines = row.Tiles.Select(tile => tile.Caption.Length == 0 ? 0 : tile.Caption.Split('\n').Length).DefaultIfEmpty(0).Max();
            top += Math.Max(tileHeight, lettering.LineHeight(large: true)) + (lines == 0 ? 0 : CaptionGap + (lines * lettering.LineHeight(large: false))) + Gap;
        }

        int across = rows.Select(row => row.Tiles.Count).DefaultIfEmpty(0).Max();
        return new SheetLayout
        {
            Width = Math.Max(left + (across * cell) - Gap, Margin + lettering.Width(title, large: true)) + Margin,
            Height = top + Margin - Gap,
            TilesLeft = left,
            CellWidth = cell,
            TileHeight = tileHeight,
            RowTops = tops,
        };
    }

    /// <summary>The size at which a tile is drawn.</summary>
    public static (int Width, int Height) SizeOf(Tile tile)
    {
        int side = Math.Max(tile.Width, tile.Height);
        return side <= LongSide
            ? (tile.Width * (LongSide / side), tile.Height * (LongSide / side))
            : (Math.Max(1, tile.Width * LongSide / side), Math.Max(1, tile.Height * LongSide / side));
    }
}
