namespace DistTrain.Node.Pictures;

/// <summary>One small picture of a <see cref="ContactSheet"/>.</summary>
/// <param name="Pixels">Channels x height x width bytes, row-major, as data sets hold them; 0 is black.</param>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Caption">Written below; a line feed begins another line.</param>
public sealed record Tile(ReadOnlyMemory<byte> Pixels, int Channels, int Height, int Width, string Caption = "");
