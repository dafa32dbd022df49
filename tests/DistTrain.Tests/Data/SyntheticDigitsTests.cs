using System.Security.Cryptography;
using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;

namespace DistTrain.Tests.Data;

public sealed class SyntheticDigitsTests
{
    [Fact]
    public void First_images_are_the_same_bytes_on_every_machine()
    {
        ImageDataset digits = SyntheticDigits.Draw("synthetic:600", 600);
        Assert.Equal("fb5fb26c6296a3226dea6b6b06dd607fa3d64bca6c74d0c972685732d51b23da", Sha256(digits.Train.Pixels));
        Assert.Equal("c6bcb8e85df067a8f45c430a4816b77bc7e0cd2dfd05bb3d66b45934975d493e", Sha256(digits.Test.Pixels));
        Assert.Equal([8, 8, 2, 0, 4, 0, 3, 3, 2, 7, 7, 6, 0, 6, 9, 1], digits.Train.Labels[..16]);
        Assert.Equal("26ea13b45a31fd898772096524ec51536dacb51f2285bcd6be002229a82e1b2f", digits.Fingerprint);
    }

    [Fact]
    public void Small_set_is_the_beginning_of_a_large_one() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300]).Sample(
            (a, b) =>
            {
                ImageDataset small = SyntheticDigits.Draw("small", Math.Min(a, b));
                ImageDataset large = SyntheticDigits.Draw("large", Math.Max(a, b));
                Assert.Equal(small.Train.Pixels, large.Train.Pixels[..small.Train.Pixels.Length]);
                Assert.Equal(small.Train.Labels, large.Train.Labels[..small.Train.Count]);
                Assert.Equal(small.Test.Labels, large.Test.Labels[..small.Test.Count]);
            },
            iter: 8);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(60, 10)]
    [InlineData(66, 11)]
    [InlineData(600, 100)]
    public void Test_set_has_a_sixth_and_at_least_ten(int train, int test)
    {
        ImageDataset digits = SyntheticDigits.Draw("synthetic", train);
        Assert.Equal((train, test), (digits.Train.Count, digits.Test.Count));
        Assert.Equal(train * 784, digits.Train.Pixels.Length);
    }

    [Fact]
    public void Classes_are_all_there_and_none_is_rare()
    {
        LabelledImages train = SyntheticDigits.Draw("synthetic", 3000).Train;
        Assert.All(Enumerable.Range(0, 10), digit => Assert.InRange(train.Labels.Count(label => label == digit), 220, 380));
    }

    [Fact]
    public void Constants_are_those_of_the_training_pixels()
    {
        ImageDataset digits = SyntheticDigits.Draw("synthetic", 50);
        double mean = digits.Train.Pixels.Average(p => p / 255.0);
        double deviation = Math.Sqrt(digits.Train.Pixels.Average(p => Math.Pow((p / 255.0) - mean, 2)));
        Assert.Equal(mean, digits.Mean[0], 1e-6);
        Assert.Equal(deviation, digits.StandardDeviation[0], 1e-6);
    }

    [Fact]
    public void Images_of_one_class_are_nearer_their_own_average_than_chance_but_not_always()
    {
        // A linear rule must be worth something, and must leave work for a network.
        ImageDataset digits = SyntheticDigits.Draw("synthetic", 3000);
        double[][] averages = [.. Enumerable.Range(0, 10).Select(digit => Average(digits.Train, digit))];
        int right = Enumerable.Range(0, digits.Test.Count).Count(i => Nearest(digits.Test, i, averages) == digits.Test.Labels[i]);
        Assert.InRange((double)right / digits.Test.Count, 0.4, 0.9);
    }

    [Theory]
    [InlineData("synthetic", 60_000)]
    [InlineData("synthetic:1", 1)]
    [InlineData("synthetic:1000000", 1_000_000)]
    public void Name_gives_the_count(string name, int count) => Assert.Equal(count, SyntheticDigits.CountIn(name));

    [Theory]
    [InlineData("synthetic:")]
    [InlineData("synthetic:0")]
    [InlineData("synthetic:-5")]
    [InlineData("synthetic: 5")]
    [InlineData("synthetic:1000001")]
    [InlineData("synthetic:many")]
    public void Name_with_a_bad_count_is_refused(string name) =>
        Assert.Contains("1 to 1000000", Assert.Throws<UserErrorException>(() => SyntheticDigits.CountIn(name)).Message, StringComparison.Ordinal);

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static double[] Average(LabelledImages set, int digit)
    {
        double[] sum = new double[set.PixelsPerImage];
        int count = 0;
        for (int i = 0; i < set.Count; i++)
        {
            if (set.Labels[i] == digit)
            {
                count++;
                for (int p = 0; p < sum.Length; p++)
                {
                    sum[p] += set.Pixels[(i * sum.Length) + p];
                }
            }
        }

        return [.. sum.Select(s => s / count)];
    }

    private static int Nearest(LabelledImages set, int image, double[][] averages)
    {
        ReadOnlyMemory<byte> pixels = set.Pixels.AsMemory(image * set.PixelsPerImage, set.PixelsPerImage);
        return Enumerable.Range(0, averages.Length).MinBy(digit =>
        {
            double distance = 0;
            for (int p = 0; p < pixels.Length; p++)
            {
                double difference = pixels.Span[p] - averages[digit][p];
                distance += difference * difference;
            }

            return distance;
        });
    }
}
