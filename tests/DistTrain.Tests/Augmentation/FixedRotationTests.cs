using CsCheck;
using DistTrain.Training.Augmentation;

namespace DistTrain.Tests.Augmentation;

public sealed class FixedRotationTests
{
    private const int One = 1 << 16;

    [Theory]
    [InlineData(0, One, 0)]
    [InlineData(90, 0, One)]
    [InlineData(-90, 0, -One)]
    [InlineData(180, -One, 0)]
    [InlineData(-180, -One, 0)]
    [InlineData(60, One / 2, 56756)]
    [InlineData(-30, 56756, -One / 2)]
    [InlineData(10, 64540, 11380)]
    [InlineData(-172.5, -64975, -8554)]
    public void Rotation_by_a_known_angle_has_known_bits(double degrees, int cosine, int sine) =>
        Assert.Equal(new FixedRotation(cosine, sine), FixedRotation.Of(degrees));

    [Fact]
    public void Rotation_is_within_one_rounding_of_the_exact_one() => Gen.Double[-180, 180].Sample(degrees =>
    {
        (int cosine, int sine) = FixedRotation.Of(degrees);
        (double exactSine, double exactCosine) = Math.SinCos(degrees * Math.PI / 180);

        Assert.InRange(cosine - (exactCosine * One), -0.501, 0.501);
        Assert.InRange(sine - (exactSine * One), -0.501, 0.501);
    });
}
