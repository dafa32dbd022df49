using CsCheck;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Shaping;

namespace DistTrain.Tests.Data;

public sealed class ResamplingTests
{
    private static readonly Gen<ImageSize> Size = Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], (height, width) => new ImageSize(height, width));

    [Fact]
    public void Image_of_the_wanted_size_stays_the_same() =>
        Size.SelectMany(size => Gen.Byte.Array[size.Height * size.Width].Select(pixels => (size, pixels)))
            .Sample(given => Assert.Equal(given.pixels, Resize(given.pixels, given.size, given.size)));

    [Fact]
    public void Even_image_stays_even_at_every_size() =>
        Gen.Select(Size, Size, Gen.Byte).Sample((from, to, value) =>
            Assert.All(Resize([.. Enumerable.Repeat(value, from.Height * from.Width)], from, to), pixel => Assert.Equal(value, pixel)));

    [Fact]
    public void No_pixel_leaves_the_range_of_the_image() =>
        Gen.Select(Size, Size, Gen.Int[0, 1000]).Sample((from, to, seed) =>
        {
            byte[] pixels = new byte[from.Height * from.Width];
            new Random(seed).NextBytes(pixels);
            Assert.All(Resize(pixels, from, to), pixel => Assert.InRange(pixel, pixels.Min(), pixels.Max()));
        });

    [Fact]
    public void Weights_of_every_pixel_have_the_same_sum_and_stay_inside() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300]).Sample((from, to) =>
        {
            var axis = new AxisWeights(from, to);
            for (int i = 0; i < to; i++)
            {
                Assert.Equal(axis.Sum, axis.Of(i).ToArray().Sum());
                Assert.All(axis.Of(i).ToArray(), weight => Assert.True(weight > 0));
                Assert.InRange(axis.First(i), 0, from - axis.Of(i).Length);
            }
        });

    [Fact]
    public void Shrinking_by_a_whole_factor_takes_the_mean_of_each_block() =>
        Gen.Int[0, 1000].Sample(seed =>
        {
            byte[] pixels = new byte[6 * 9];
            new Random(seed).NextBytes(pixels);
            byte[] small = Resize(pixels, new ImageSize(6, 9), new ImageSize(3, 3));
            for (int y = 0; y < 3; y++)
            {
                for (int x = 0; x < 3; x++)
                {
                    int sum = Enumerable.Range(0, 6).Sum(k => pixels[(((2 * y) + (k / 3)) * 9) + (3 * x) + (k % 3)]);
                    Assert.Equal((byte)((sum + 3) / 6), small[(y * 3) + x]);
                }
            }
        });

    [Fact]
    public void Enlarging_goes_linearly_from_centre_to_centre() =>
        Assert.Equal([0, 25, 75, 100], Resize([0, 100], new ImageSize(1, 2), new ImageSize(1, 4)));

    [Fact]
    public void Grey_of_a_colour_weighs_red_green_and_blue_and_leaves_grey_alone()
    {
        var colours = new LabelledImages([255, 0, 0, 77, 0, 255, 0, 77, 0, 0, 255, 77], [0], 3, 2, 2, 1);
        LabelledImages grey = ImageShaping.Apply(colours, new DatasetRequest("x") { Grayscale = true }, CancellationToken.None);
        Assert.Equal([76, 150, 29, 77], grey.Pixels);
        LabelledImages three = ImageShaping.Apply(grey, new DatasetRequest("x") { Grayscale = false }, CancellationToken.None);
        Assert.Equal([.. grey.Pixels, .. grey.Pixels, .. grey.Pixels], three.Pixels);
    }

    private static byte[] Resize(byte[] pixels, ImageSize from, ImageSize to)
    {
        byte[] target = new byte[to.Height * to.Width];
        new Resampling(from, to).Apply(pixels, target);
        return target;
    }
}
