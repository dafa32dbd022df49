using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistTrain.Training.Augmentation;

namespace DistTrain.Tests.Augmentation;

public sealed class GaussianNoiseTests
{
    private static readonly AugmentationKey Key = new(Seed: 3, Epoch: 2, Sample: 41);
    private static readonly GaussianNoise Noise = new();

    /// <summary>Every number that there is, in order.</summary>
    private static readonly float[] All =
        [.. Enumerable.Range(0, GaussianNoise.Slices).Reverse().Select(slice => Noise.Of((uint)slice | 0x8000)), .. Enumerable.Range(0, GaussianNoise.Slices).Select(slice => Noise.Of((uint)slice))];

    [Fact]
    public void Numbers_have_mean_zero_and_deviation_one_and_the_kurtosis_of_the_normal_distribution()
    {
        Assert.Equal(0, All.Sum(z => (double)z));
        Assert.Equal(1, Math.Sqrt(All.Average(z => (double)z * z)), 1e-7);
        Assert.Equal(3, All.Average(z => Math.Pow(z, 4)), 0.02);
    }

    /// <summary>Quantiles of the standard normal distribution, from tables.</summary>
    [Theory]
    [InlineData(0.001, -3.090232)]
    [InlineData(0.025, -1.959964)]
    [InlineData(0.25, -0.6744898)]
    [InlineData(0.5, 0)]
    [InlineData(0.8413447, 1)]
    [InlineData(0.9, 1.281552)]
    [InlineData(0.975, 1.959964)]
    [InlineData(0.99, 2.326348)]
    public void Numbers_have_the_quantiles_of_the_normal_distribution(double probability, double quantile)
    {
        // Between the two nearest of 8,192 equally probable numbers, of which each stands for the middle of its slice.
        double place = (probability * All.Length) - 0.5;
        int below = (int)Math.Floor(place);
        double read = All[below] + ((place - below) * (All[below + 1] - All[below]));
        Assert.Equal(quantile, read, 1e-3);
    }

    [Fact]
    public void Numbers_rise() => Assert.All(All.Zip(All.Skip(1)), pair => Assert.True(pair.First < pair.Second));

    [Fact]
    public void Numbers_are_the_same_bits_on_every_machine() =>
        Assert.Equal("be51b1d7848c6d6c321ec0c123902046f9e15ea21e6f925e0abaf3d94cdbcb31", Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(All.AsSpan()))));

    [Fact]
    public void Noise_of_many_pixels_has_mean_zero_and_the_deviation_asked_for()
    {
        float[] values = new float[1 << 18];

        Noise.Add(values, 0.1f, Key, 0);

        // Five standard deviations of the mean, and of the standard deviation, of so many numbers.
        double mean = values.Average(value => (double)value);
        double deviation = Math.Sqrt(values.Average(value => (double)value * value));
        Assert.InRange(mean, -5 * 0.1 / Math.Sqrt(values.Length), 5 * 0.1 / Math.Sqrt(values.Length));
        Assert.InRange(deviation, 0.1 * (1 - (5 / Math.Sqrt(2.0 * values.Length))), 0.1 * (1 + (5 / Math.Sqrt(2.0 * values.Length))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(784)]
    [InlineData(1001)]
    public void Noise_of_a_pixel_does_not_depend_on_how_many_follow(int length)
    {
        float[] longer = new float[2048];
        float[] shorter = new float[length];

        Noise.Add(longer, 1, Key, 0);
        Noise.Add(shorter, 1, Key, 0);

        Assert.Equal(longer[..length], shorter);
    }

    public static TheoryData<string> Others => ["seed", "epoch", "sample", "channel", "next pixel", "pixel of the next block"];

    [Theory]
    [MemberData(nameof(Others))]
    public void Noise_of_another_seed_epoch_sample_channel_or_pixel_is_uncorrelated(string other)
    {
        float[] one = Drawn(Key, 0);
        float[] two = other switch
        {
            "seed" => Drawn(Key with { Seed = Key.Seed + 1 }, 0),
            "epoch" => Drawn(Key with { Epoch = Key.Epoch + 1 }, 0),
            "sample" => Drawn(Key with { Sample = Key.Sample + 1 }, 0),
            "channel" => Drawn(Key, 1),
            "next pixel" => one[1..],
            _ => one[16..],
        };

        double correlation = one.Zip(two, (a, b) => (double)a * b).Average();
        Assert.InRange(correlation, -5 / Math.Sqrt(two.Length), 5 / Math.Sqrt(two.Length));
    }

    private static float[] Drawn(AugmentationKey key, int channel)
    {
        float[] values = new float[1 << 14];
        Noise.Add(values, 1, key, channel);
        return values;
    }
}
