using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Node.Pictures;

/// <summary>A row of training images for each class, drawn by lot.</summary>
internal static class ClassSamples
{
    public static IReadOnlyList<TileRow> Draw(ImageDataset data, int each, ulong seed)
    {
        LabelledImages train = data.Train;
        ILookup<byte, int> byClass = Enumerable.Range(0, train.Count).ToLookup(image => train.Labels[image]);
        return [.. Enumerable.Range(0, train.Classes).Select(label => new TileRow(
            data.NameOfClass(label),
            [.. Lot.Of([.. byClass[(byte)label]], each, seed, (ulong)label).Select(image => TileOf(train, image))]))];
    }

    private static Tile TileOf(LabelledImages images, int image) =>
        new(images.Image(image), images.Channels, images.Height, images.Width, image.ToString(CultureInfo.InvariantCulture));
}
