namespace DistTrain.Node.Pictures;

/// <summary>Tiles side by side.</summary>
/// <param name="Title">Written to their left.</param>
public sealed record TileRow(string Title, IReadOnlyList<Tile> Tiles);
