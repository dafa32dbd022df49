using System.Globalization;
using DistTrain.Node.Commands;
using DistTrain.Node.Pictures;
using DistTrain.Training.Data;

namespace DistTrain.Node.Trained;

/// <summary>The images that a model was most wrong about, side by side.</summary>
internal static class MistakeSheet
{
    private const int Across = 10;

    /// <summary>Writes a PNG.</summary>
    public static void Save(LabelledImages images, IReadOnlyList<Mistake> mistakes, string about, string path)
    {
        string title = mistakes.Count == 0 ? $"no mistakes: {about}" : $"worst mistakes: {about}";
        ContactSheet.Save(path, title, [.. mistakes.Chunk(Across).Select(row => new TileRow("", [.. row.Select(mistake => Tile(images, mistake))]))]);
    }

    private static Tile Tile(LabelledImages images, Mistake mistake)
    {
        int size = images.PixelsPerImage;
        string caption = string.Create(
            CultureInfo.InvariantCulture, $"{mistake.Actual}, taken for {mistake.Predicted}\n{mistake.Probability:P1} sure\ntest image {mistake.Index}");
        return new Tile(images.Pixels.AsMemory(mistake.Index * size, size), images.Channels, images.Height, images.Width, caption);
    }
}
