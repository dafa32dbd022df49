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
    public static void Save(ImageDataset data, IReadOnlyList<Mistake> mistakes, string about, string path)
    {
        string title = mistakes.Count == 0 ? $"no mistakes: {about}" : $"worst mistakes: {about}";
        ContactSheet.Save(path, title, [.. mistakes.Chunk(Across).Select(row => new TileRow("", [.. row.Select(mistake => Tile(data, mistake))]))]);
    }

    private static Tile Tile(ImageDataset data, Mistake mistake)
    {
        LabelledImages images = data.Test;
        int size = images.PixelsPerImage;

        // Two names have no room on one line.
        string separator = data.ClassNames.Count > 0 ? "\n" : ", ";
        string caption = string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(mistake.Actual)}{separator}taken for {Name(mistake.Predicted)}\n{mistake.Probability:P1} sure\ntest image {mistake.Index}");
        return new Tile(images.Pixels.AsMemory(mistake.Index * size, size), images.Channels, images.Height, images.Width, caption);

        string Name(int label) => data.NameOfClass(label).ReplaceLineEndings(" ");
    }
}
