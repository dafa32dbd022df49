using CsCheck;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Lanes;

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

    /// <summary>Relative, so near 0 too, where 1 - 2 / (e^2x + 1) would have no digit left.</summary>
    [Fact]
    public void Tangent_is_within_four_units_in_the_last_place() => Gen.Select(Gen.Float[-12f, 12f], Gen.Int[0, 40]).Sample((x, halvings) =>
    {
        x *= MathF.Pow(2, -halvings);
        double exact = Math.Tanh(x);
        Assert.InRange(Math.Abs(Tangent<EightLanes>(x) - exact), 0, 4 * 1.2e-7 * Math.Abs(exact));
    });

    [Fact]
    public void Tangent_is_odd_at_most_1_and_has_the_same_bits_at_every_width() => Gen.Float[-200f, 200f].Sample(x =>
    {
        float y = Tangent<EightLanes>(x);
        Assert.Equal(-y, Tangent<EightLanes>(-x));
        Assert.InRange(Math.Abs(y), 0, 1);
        Assert.Equal(y, Tangent<FourLanes>(x));
        Assert.Equal(y, Tangent<SixteenLanes>(x));
    });

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1e-30f, 1e-30f)]
    [InlineData(50f, 1f)]
    [InlineData(float.NegativeInfinity, -1f)]
    [InlineData(float.NaN, float.NaN)]
    public void Tangent_of_a_special_value_is_exact(float x, float expected) => Assert.Equal(expected, Tangent<EightLanes>(x));

    private static float Tangent<TLanes>(float x)
        where TLanes : struct, ILanes<TLanes>
    {
        float* lanes = stackalloc float[Block.Samples];
        default(HyperbolicTangent).Apply(TLanes.Of(x)).Store(lanes);
        return lanes[TLanes.Count - 1];
    }

    private static float Of<TLanes>(float x)
        where TLanes : struct, ILanes<TLanes>
    {
        float* lanes = stackalloc float[Block.Samples];
        Exponential.Of(TLanes.Of(x)).Store(lanes);
        return lanes[TLanes.Count - 1];
    }
}
