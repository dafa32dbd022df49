using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistTrain.Training;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Augmentation;

public sealed class ImageAugmenterTests
{
    private const ulong Seed = 5;

    private static readonly ImageAugmentation All = new() { Shift = 2, Degrees = 15, Noise = 0.1, Flip = 0.5 };
    private static readonly ImageDataset Digits = SyntheticDigits.Draw("synthetic:300", 300);
    private static readonly LabelledImages Colours = new([.. Enumerable.Range(0, 2 * 3 * 9 * 12).Select(i => (byte)(i * 37))], [0, 1], 3, 9, 12, 2);
    private static readonly PixelNormalisation OfColours = new(new ChannelValues(0.4f, 0.5f, 0.6f), new ChannelValues(0.2f, 0.25f, 0.3f));

    [Fact]
    public void What_becomes_of_an_image_does_not_depend_on_the_batch_it_is_in()
    {
        float[] together = Augmented([3, 4, 5, 250], epoch: 2);
        float[] elsewhere = Augmented([250, 17, 5], epoch: 2);

        Assert.Equal(together[(3 * 784)..], elsewhere[..784]);
        Assert.Equal(together[(2 * 784)..(3 * 784)], elsewhere[(2 * 784)..]);
    }

    [Fact]
    public void What_becomes_of_an_image_differs_with_seed_epoch_and_number()
    {
        float[] one = Augmented([3], epoch: 0);

        Assert.NotEqual(one, Augmented([3], epoch: 1));
        Assert.NotEqual(one, Augmented([3], epoch: 0, seed: Seed + 1));
        float[] black = new float[784];
        float[] another = new float[784];
        var augmenter = new ImageAugmenter(All, Digits.Train, PixelNormalisation.Of(Digits), Seed);
        augmenter.Apply(black, 3, 0);
        augmenter.Apply(another, 4, 0);
        Assert.NotEqual(black, another);
    }

    /// <summary>
    /// Whole numbers and IEEE arithmetic in a fixed order: a processor that gives other bits breaks the promise of equal weights. The digests are also those
    /// of the same formulas in Python, with numpy's float32.
    /// </summary>
    [Theory]
    [InlineData(2, 0, 0, 0, "e2fc6456c6ae446e6e0fb0fbb3ea8a7d72351321e726998b7b3d64a6eb7319c7")]
    [InlineData(0.1, 15, 0, 0, "cc49ab3c559bbff1fc403cd10a6a0887e4adee0b8ead37c23fc7798369b1dd5f")]
    [InlineData(0, 0, 0.1, 0, "2074d26500e08588433342409d5ad3b56c404a40f691de656a87a66069c84482")]
    [InlineData(2, 180, 0.3, 0.5, "a12b72743589d2733714db80691d3edc864dc6ab5f858cd2a66b8fe3b5413fc4")]
    public void Bits_are_the_same_on_every_machine(double shift, double degrees, double noise, double flip, string sha256)
    {
        float[] image = [.. Enumerable.Range(0, 3 * 9 * 12).Select(i => i % 256 / 255f)];
        var augmenter = new ImageAugmenter(new ImageAugmentation { Shift = shift, Degrees = degrees, Noise = noise, Flip = flip }, Colours, OfColours, Seed);
        for (int sample = 0; sample < 20; sample++)
        {
            augmenter.Apply(image, sample, 1);
        }

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(image.AsSpan()))));
    }

    [Fact]
    public void Channels_move_alike_and_have_noise_of_their_own_in_units_of_pixels()
    {
        var moving = new ImageAugmenter(new ImageAugmentation { Shift = 2, Degrees = 30 }, Colours, new PixelNormalisation(0, 1), Seed);
        float[] grey = [.. Enumerable.Range(0, 3).SelectMany(_ => Enumerable.Range(0, 108).Select(i => i / 108f))];
        moving.Apply(grey, 1, 0);
        Assert.Equal(grey[..108], grey[108..216]);
        Assert.Equal(grey[..108], grey[216..]);

        var noisy = new ImageAugmenter(new ImageAugmentation { Noise = 0.1 }, Colours, OfColours, Seed);
        double[] squares = new double[3];
        for (int sample = 0; sample < 100; sample++)
        {
            float[] zero = new float[3 * 108];
            noisy.Apply(zero, sample, 0);
            for (int channel = 0; channel < 3; channel++)
            {
                squares[channel] += zero.AsSpan(channel * 108, 108).ToArray().Sum(value => (double)value * value);
            }
        }

        for (int channel = 0; channel < 3; channel++)
        {
            Assert.Equal(0.1 / OfColours.StandardDeviation[channel], Math.Sqrt(squares[channel] / 10_800), 0.02);
        }
    }

    [Fact]
    public void What_comes_in_has_the_value_of_a_black_pixel()
    {
        var augmenter = new ImageAugmenter(new ImageAugmentation { Shift = 2, Degrees = 20 }, Digits.Train, PixelNormalisation.Of(Digits), Seed);
        var black = new LabelledImages(new byte[784], [0], 1, 28, 28, 10);
        var batch = new Batch(black, Digits.Mean, Digits.StandardDeviation, 1);
        for (int epoch = 0; epoch < 20; epoch++)
        {
            batch.Fill(black, [0]);
            float[] before = batch.Inputs.ToArray();
            augmenter.Apply(batch, [0], epoch);
            Assert.Equal(before, batch.Inputs.ToArray());
        }
    }

    [Fact]
    public void Applying_allocates_nothing()
    {
        int[] samples = [.. Enumerable.Range(0, 64)];
        var batch = new Batch(Digits.Train, Digits.Mean, Digits.StandardDeviation, samples.Length);
        var augmenter = new ImageAugmenter(All, Digits.Train, PixelNormalisation.Of(Digits), Seed);
        batch.Fill(Digits.Train, samples);
        augmenter.Apply(batch, samples, 0);

        // A collection that another test causes counts what is left of this thread's allocation context as allocated, up to 8,192 bytes, once:
        // this thread takes no other. An object in every second call would be more.
        const int Calls = 2_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int epoch = 1; epoch <= Calls; epoch++)
        {
            augmenter.Apply(batch, samples, epoch);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Calls * 8);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(0.99)]
    [InlineData(1e14)]
    public void Shift_out_of_the_image_is_refused(double shift)
    {
        var error = Assert.Throws<UserErrorException>(() => new ImageAugmentation { Shift = shift }.RequireFits(Digits.Train));

        Assert.Contains("images are 28 x 28", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 28, 0)]
    [InlineData(3, 28, 3)]
    [InlineData(0.1, 28, 3)]
    [InlineData(0.1, 32, 3)]
    [InlineData(0.01, 28, 1)]
    public void Share_of_the_side_is_the_nearest_whole_number_of_pixels(double shift, int side, int pixels) =>
        Assert.Equal(pixels, new ImageAugmentation { Shift = shift }.ShiftPixels(side));

    [Fact]
    public void Augmentation_says_what_it_does()
    {
        Assert.Equal("left as they are", new ImageAugmentation().ToString());
        Assert.Equal("shifted by up to 2 pixels, turned by up to 15 degrees, mirrored with probability 0.5, given noise of deviation 0.1", All.ToString());
        Assert.Equal("shifted by up to 0.1 of their side", new ImageAugmentation { Shift = 0.1 }.ToString());
    }

    private static float[] Augmented(int[] samples, int epoch, ulong seed = Seed)
    {
        var batch = new Batch(Digits.Train, Digits.Mean, Digits.StandardDeviation, samples.Length);
        batch.Fill(Digits.Train, samples);
        new ImageAugmenter(All, Digits.Train, PixelNormalisation.Of(Digits), seed).Apply(batch, samples, epoch);
        return batch.Inputs.ToArray();
    }
}
