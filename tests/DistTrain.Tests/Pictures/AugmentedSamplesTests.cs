using DistTrain.Node.Pictures;
using DistTrain.Tests.Commands;
using DistTrain.Tests.Data;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;
using SkiaSharp;

namespace DistTrain.Tests.Pictures;

public sealed class AugmentedSamplesTests
{
    private static readonly ImageDataset Digits = SyntheticDigits.Draw("synthetic:300", 300);

    [Fact]
    public void Row_is_an_image_and_what_a_job_of_the_same_seed_makes_of_it()
    {
        var augmentation = new ImageAugmentation { Shift = 3, Flip = 0.5 };

        IReadOnlyList<TileRow> rows = AugmentedSamples.Draw(Digits, augmentation, across: 4, seed: 9);

        Assert.Equal(10, rows.Count);
        var augmenter = new ImageAugmenter(augmentation, Digits.Train, new PixelNormalisation(0, 1), 9);
        Assert.All(rows, row =>
        {
            int image = int.Parse(row.Tiles[0].Caption, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Digits.Train.Image(image).ToArray(), row.Tiles[0].Pixels.ToArray());
            Assert.Equal(["epoch 1", "epoch 2", "epoch 3"], row.Tiles.Skip(1).Select(tile => tile.Caption));
            for (int epoch = 0; epoch < 3; epoch++)
            {
                // Whole pixels are moved, so each is a byte still.
                float[] pixels = [.. Digits.Train.Image(image).ToArray().Select(pixel => (float)pixel)];
                augmenter.Apply(pixels, image, epoch);
                Assert.Equal(pixels.Select(pixel => (byte)pixel), row.Tiles[epoch + 1].Pixels.ToArray());
            }
        });
    }

    [Fact]
    public async Task Data_show_draws_them()
    {
        using var folder = new TestFolder();
        using var run = new CommandRun();

        int code = await run.RunAsync("data", "show", "synthetic:300", "--augment-rotate", "20", "--augment-noise", "0.1", "--samples", "5", "--output", folder.At("a.png"));

        Assert.Equal(0, code);
        using SKBitmap picture = SKBitmap.Decode(folder.At("a.png"));
        Assert.True(picture.Width > 5 * 84, "five images are in a row");
        Assert.Equal(2, await run.RunAsync("data", "show", "synthetic:300", "--augment-shift", "28", "--output", folder.At("b.png")));
        Assert.Contains("--augment-shift is 28: images are 28 x 28", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("b.png")));
    }
}
