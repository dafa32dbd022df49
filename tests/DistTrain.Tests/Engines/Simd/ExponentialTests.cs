using CsCheck;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Tests.Engines.Simd;

public sealed unsafe class ExponentialTests
{
    [Fact]
    public void Exponential_is_within_two_units_in_the_last_place() => Gen.Float[-87f, 88f].Sample(x =>
    {
        double exact = Math.Exp(x);
        Assert.InRange(Math.Abs(Of<EightLanes>(x) - exact) / exact, 0, 2 * 1.2e-7);
    });

    [Fact]
    public void Exponential_has_the_same_bits_at_every_width() => Gen.Float[-200f, 200f].Sample(x =>
    {
        Assert.Equal(Of<EightLanes>(x), Of<FourLanes>(x));
        Assert.Equal(Of<EightLanes>(x), Of<SixteenLanes>(x));
    });

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(float.NaN, float.NaN)]
    public void Exponential_of_a_special_value_is_exact(float x, float expected) => Assert.Equal(expected, Of<EightLanes>(x));

    [Theory]
    [InlineData(-1000f, -87f)]
    [InlineData(1000f, 88f)]
    public void Exponential_beyond_its_range_is_that_of_the_end(float x, float end) => Assert.Equal(Of<EightLanes>(end), Of<EightLanes>(x));

    private static float Of<TLanes>(float x)
        where TLanes : struct, ILanes<TLanes>
    {
        float* lanes = stackalloc float[Block.Samples];
        Exponential.Of(TLanes.Of(x)).Store(lanes);
        return lanes[TLanes.Count - 1];
    }
}
