using CsCheck;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Engines;

public sealed class PixelScaleTests
{
    /// <summary>Of MNIST, of Fashion-MNIST, and of pixels from 0 to 1 as they are.</summary>
    [Theory]
    [InlineData(0.1307f, 0.3081f)]
    [InlineData(0.2860f, 0.3530f)]
    [InlineData(0f, 1f)]
    public void Products_have_the_quotients_bits(float mean, float standardDeviation)
    {
        var scale = new PixelScale(mean, standardDeviation);

        Assert.True(scale.IsExact);
        Assert.All(Enumerable.Range(0, 256), pixel => Assert.Equal(Bits(((pixel / 255f) - mean) / standardDeviation), Bits(scale.Of(pixel))));
    }

    /// <summary>Nearly all are exact; of those that say so every byte is.</summary>
    [Fact]
    public void Scale_that_calls_itself_exact_is()
    {
        int exact = 0;
        Gen.Select(Gen.Float[0f, 1f], Gen.Float[0.01f, 2f]).Sample(
            values =>
            {
                (float mean, float deviation) = values;
                var scale = new PixelScale(mean, deviation);
                bool same = Enumerable.Range(0, 256).All(pixel => Bits(scale.Of(pixel)) == Bits(((pixel / 255f) - mean) / deviation));
                exact += same ? 1 : 0;
                return same == scale.IsExact;
            },
            iter: 200,
            threads: 1);

        Assert.InRange(exact, 195, 200);
    }

    [Theory]
    [InlineData(0.5f, 0f)]
    [InlineData(0.5f, float.Epsilon)]
    public void Deviations_that_have_no_reciprocal_are_not_exact(float mean, float standardDeviation) =>
        Assert.False(new PixelScale(mean, standardDeviation).IsExact);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}
