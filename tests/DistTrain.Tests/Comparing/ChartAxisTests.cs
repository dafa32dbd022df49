using CsCheck;
using DistTrain.Node.Comparing;

namespace DistTrain.Tests.Comparing;

public sealed class ChartAxisTests
{
    private static readonly Gen<double[]> Values = Gen.Double[1e-6, 1e6].Array[1, 20];

    [Fact]
    public void Every_value_lies_within_either_axis_in_its_order() => Values.Sample(values =>
    {
        double[] sorted = [.. values.Order()];
        foreach (ChartAxis axis in new[] { ChartAxis.Linear(values), ChartAxis.Logarithmic(values) })
        {
            double[] shares = [.. sorted.Select(axis.Share)];
            Assert.All(shares, share => Assert.InRange(share, 0, 1));
            Assert.Equal(shares.Order(), shares);
        }
    });

    [Fact]
    public void Ticks_are_two_to_fifteen_within_the_axis_and_rise() => Values.Sample(values =>
    {
        foreach (ChartAxis axis in new[] { ChartAxis.Linear(values), ChartAxis.Logarithmic(values) })
        {
            Assert.InRange(axis.Ticks.Count, 2, 15);
            Assert.All(axis.Ticks, tick => Assert.InRange(tick.Place, axis.Low - 1e-9, axis.High + 1e-9));
            Assert.Equal(axis.Ticks.Select(tick => tick.Place).Order(), axis.Ticks.Select(tick => tick.Place));
        }
    });

    [Fact]
    public void Values_that_have_no_logarithm_lie_on_a_straight_axis() => Assert.Equal(2, ChartAxis.Logarithmic([0, 2, 4]).Place(2));

    [Fact]
    public void Axis_of_no_values_is_one_all_the_same() => Assert.NotEmpty(ChartAxis.Logarithmic([]).Ticks);
}
