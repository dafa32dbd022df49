using System.Globalization;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;

namespace DistTrain.Node.Pictures;

/// <summary>A row for each class: a training image drawn by lot, and what becomes of it in the first epochs of a job with the same seed.</summary>
internal static class AugmentedSamples
{
    /// <summary>Pixels from 0 to 1: a picture shows them as they are.</summary>
    private static readonly PixelNormalisation AsPixels = new(0, 1);

    /// <param name="across">Images in a row: the original and so many less one of its epochs.</param>
    public static IReadOnlyList<TileRow> Draw(ImageDataset data, ImageAugmentation augmentation, int across, ulong seed)
    {
        var augmenter = new ImageAugmenter(augmentation, data.Train, AsPixels, seed);
        IEnumerable<Tile> Row(int image) =>
            [ClassSamples.TileOf(data.Train, image), .. Enumerable.Range(0, across - 1).Select(epoch => Augmented(augmenter, data.Train, image, epoch))];
        return [.. ClassSamples.Numbers(data.Train, 1, seed).Select((images, label) => new TileRow(data.NameOfClass(label), [.. images.SelectMany(Row)]))];
    }

    private static Tile Augmented(ImageAugmenter augmenter, LabelledImages images, int image, int epoch)
    {
        float[] values = [.. images.Image(image).ToArray().Select(pixel => pixel / 255f)];
        augmenter.Apply(values, image, epoch);
        byte[] pixels = [.. values.Select(value => (byte)MathF.Round(Math.Clamp(value, 0, 1) * 255))];
        return ClassSamples.TileOf(images, image) with { Pixels = pixels, Caption = string.Create(CultureInfo.InvariantCulture, $"epoch {epoch + 1}") };
    }
}
