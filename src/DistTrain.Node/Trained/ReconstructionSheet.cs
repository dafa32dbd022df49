using System.Globalization;
using DistTrain.Node.Pictures;
using DistTrain.Training.Data;

namespace DistTrain.Node.Trained;

/// <summary>Originals, and below each what an autoencoder made of it.</summary>
internal static class ReconstructionSheet
{
    private const int Across = 10;

    /// <summary>Writes a PNG.</summary>
    /// <param name="first">Of the first images of the set: neither good nor bad on purpose.</param>
    /// <param name="worst">Of those with the largest errors, worst first.</param>
    public static void Save(LabelledImages images, IReadOnlyList<Reconstruction> first, IReadOnlyList<Reconstruction> worst, string about, string path) =>
        ContactSheet.Save(path, $"reconstructions: {about}", [.. Rows(images, first, "first images"), .. Rows(images, worst, "largest errors")]);

    private static IEnumerable<TileRow> Rows(LabelledImages images, IReadOnlyList<Reconstruction> reconstructions, string title)
    {
        foreach (Reconstruction[] row in reconstructions.Chunk(Across))
        {
            yield return new TileRow(title, [.. row.Select(each => Tile(images, images.Image(each.Index), ""))]);
            yield return new TileRow("given back", [.. row.Select(each => Tile(images, each.Pixels, Caption(each)))]);
        }
    }

    private static string Caption(Reconstruction each) =>
        string.Create(CultureInfo.InvariantCulture, $"test image {each.Index}\nerror {each.Error:0.0000}");

    private static Tile Tile(LabelledImages like, ReadOnlyMemory<byte> pixels, string caption) => new(pixels, like.Channels, like.Height, like.Width, caption);
}
