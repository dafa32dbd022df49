using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Node.Pictures;

/// <summary>A row of training images for each class, drawn by lot.</summary>
internal static class ClassSamples
{
    public static IReadOnlyList<TileRow> Draw(ImageDataset data, int each, ulong seed) =>
        [.. Numbers(data.Train, each, seed).Select((images, label) => new TileRow(
            data.NameOfClass(label), [.. images.Select(image => TileOf(data.Train, image))]))];

    /// <summary>For each class the numbers of up to so many of its images.</summary>
    public static IEnumerable<int[]> Numbers(LabelledImages images, int each, ulong seed)
    {
        ILookup<byte, int> byClass = Enumerable.Range(0, images.Count).ToLookup(image => images.Labels[image]);
        return Enumerable.Range(0, images.Classes).Select(label => Lot.Of([.. byClass[(byte)label]], each, seed, (ulong)label));
    }

    /// <summary>An image with its number below.</summary>
    public static Tile TileOf(LabelledImages images, int image) =>
        new(images.Image(image), images.Channels, images.Height, images.Width, image.ToString(CultureInfo.InvariantCulture));
}
