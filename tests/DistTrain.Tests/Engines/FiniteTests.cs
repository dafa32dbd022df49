using CsCheck;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Engines;

public sealed class FiniteTests
{
    private static readonly Gen<float> Other = Gen.OneOf(Gen.Const(float.NaN), Gen.Const(float.PositiveInfinity), Gen.Const(float.NegativeInfinity));

    /// <summary>The largest, the smallest and denormal ones among them.</summary>
    private static readonly Gen<float[]> Numbers = Gen.OneOf(
        Gen.Float[-1f, 1f], Gen.Const(float.MaxValue), Gen.Const(float.MinValue), Gen.Const(float.Epsilon), Gen.Const(-0f)).Array[0, 300];

    [Fact]
    public void Finite_numbers_are_passed() => Numbers.Sample(values => Assert.Equal(-1, Finite.IndexOfOther(values)));

    [Fact]
    public void First_of_the_others_is_found_wherever_it_is() =>
        Gen.Select(Numbers.Where(values => values.Length > 0), Gen.Int[0, 1_000], Gen.Int[0, 1_000], Other, Other).Sample((values, one, another, first, second) =>
        {
            int[] places = [one % values.Length, another % values.Length];
            values[places.Min()] = first;
            values[places.Max()] = second;

            Assert.Equal(places.Min(), Finite.IndexOfOther(values));
        });
}
