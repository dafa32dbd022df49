using DistTrain.Training.Augmentation;

namespace DistTrain.Tests.Augmentation;

public sealed class MotionTests
{
    private const int Drawn = 70_000;

    private static readonly Motion[] Motions =
        [.. Enumerable.Range(0, Drawn).Select(sample => Motion.Draw(new AugmentationKey(1, 4, sample), mostRight: 3, mostDown: 1, mostDegrees: 20, flip: 0.25))];

    [Fact]
    public void Shifts_are_uniform_over_whole_pixels()
    {
        AssertUniform(Motions.Select(motion => motion.Right), -3, 3);
        AssertUniform(Motions.Select(motion => motion.Down), -1, 1);
    }

    [Fact]
    public void Angles_are_uniform()
    {
        Assert.All(Motions, motion => Assert.InRange(motion.Degrees, -20, 20));
        AssertUniform(Motions.Select(motion => (int)Math.Floor(motion.Degrees)), -20, 19);
    }

    [Fact]
    public void Share_of_the_mirrored_is_the_probability() =>
        Assert.InRange(Motions.Count(motion => motion.Mirrored), (0.25 * Drawn) - (5 * Math.Sqrt(0.1875 * Drawn)), (0.25 * Drawn) + (5 * Math.Sqrt(0.1875 * Drawn)));

    [Fact]
    public void Shift_angle_and_mirroring_are_independent()
    {
        Assert.InRange(Correlation(m => m.Right, m => m.Down), -0.02, 0.02);
        Assert.InRange(Correlation(m => m.Right, m => m.Degrees), -0.02, 0.02);
        Assert.InRange(Correlation(m => m.Degrees, m => m.Mirrored ? 1 : 0), -0.02, 0.02);
        Assert.InRange(Motions.Zip(Motions.Skip(1), (a, b) => a.Degrees * b.Degrees).Average() / Variance(m => m.Degrees), -0.02, 0.02);
    }

    [Fact]
    public void Nothing_asked_for_moves_nothing() =>
        Assert.All(Enumerable.Range(0, 1000), sample => Assert.True(Motion.Draw(new AugmentationKey(9, 0, sample), 0, 0, 0, 0).IsNone));

    /// <summary>Counts within five standard deviations.</summary>
    private static void AssertUniform(IEnumerable<int> values, int least, int most)
    {
        var counts = values.CountBy(value => value).ToDictionary();
        Assert.Equal(Enumerable.Range(least, most - least + 1), counts.Keys.Order());
        double expected = (double)Drawn / counts.Count;
        Assert.All(counts.Values, count => Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
    }

    private static double Correlation(Func<Motion, double> one, Func<Motion, double> other)
    {
        double meanOfOne = Motions.Average(one);
        double meanOfOther = Motions.Average(other);
        return Motions.Average(m => (one(m) - meanOfOne) * (other(m) - meanOfOther)) / Math.Sqrt(Variance(one) * Variance(other));
    }

    private static double Variance(Func<Motion, double> of)
    {
        double mean = Motions.Average(of);
        return Motions.Average(m => (of(m) - mean) * (of(m) - mean));
    }
}
