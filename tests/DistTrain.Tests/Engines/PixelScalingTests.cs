using CsCheck;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Engines;

public sealed class PixelScalingTests
{
    private static readonly Gen<(byte[] Pixels, float Mean, float StandardDeviation)> Images =
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Float[0f, 1f], Gen.Float[0.01f, 2f]);

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Pixels_have_the_bits_of_the_formula_at_every_width(int lanes) => Images.Sample(image =>
    {
        float[] scaled = new float[image.Pixels.Length];
        PixelScaling.Scale(image.Pixels, scaled, image.Mean, image.StandardDeviation, lanes);

        Assert.Equal([.. image.Pixels.Select(pixel => ((pixel / 255f) - image.Mean) / image.StandardDeviation)], scaled);
    });

    [Fact]
    public void Values_of_every_byte_go_from_0_to_1()
    {
        byte[] pixels = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        float[] scaled = new float[256];

        PixelScaling.Scale(pixels, scaled, mean: 0, standardDeviation: 1);

        Assert.Equal([.. pixels.Select(pixel => pixel / 255f)], scaled);
        Assert.Equal(1f, scaled[^1]);
    }
}
