using System.Globalization;
using CsCheck;
using DistTrain.Node.Comparing;
using DistTrain.Training;

namespace DistTrain.Tests.Comparing;

public sealed class FactorValuesTests
{
    private static readonly Gen<(double Low, double High, int Count)> Spans =
        from low in Gen.Double[1e-6, 1e3]
        from factor in Gen.Double[1.5, 1e4]
        from count in Gen.Int[2, 50]
        select (low, low * factor, count);

    [Fact]
    public void List_is_taken_as_it_is() => Assert.Equal(["relu", "sigmoid", "mlp:784-300-10"], FactorValues.Read("--vary x", "relu, sigmoid,mlp:784-300-10"));

    [Theory]
    [InlineData("log:1e-4..1e-1:4", "0.0001,0.001,0.01,0.1")]
    [InlineData("log:1e-4..1e-1:5", "0.0001,0.000562341,0.00316228,0.0177828,0.1")]
    [InlineData("log:16..256:5", "16,32,64,128,256")]
    [InlineData("lin:0..0.5:6", "0,0.1,0.2,0.3,0.4,0.5")]
    [InlineData("lin:64..256:4", "64,128,192,256")]
    [InlineData("lin:-1..1:3", "-1,0,1")]
    public void Span_gives_round_numbers(string text, string expected) => Assert.Equal(expected.Split(','), FactorValues.Read("--vary x", text));

    [Fact]
    public void Logarithmic_span_has_its_ends_and_equal_ratios() => Spans.Sample(span =>
    {
        double[] values = Numbers("log", span);
        double ratio = Math.Pow(span.High / span.Low, 1.0 / (span.Count - 1));
        Assert.All(values.Zip(values.Skip(1)), pair => Assert.Equal(1, pair.Second / pair.First / ratio, 1e-4));
    });

    [Fact]
    public void Linear_span_has_its_ends_and_equal_distances() => Spans.Sample(span =>
    {
        double[] values = Numbers("lin", span);
        double distance = (span.High - span.Low) / (span.Count - 1);
        Assert.All(values.Zip(values.Skip(1)), pair => Assert.Equal(distance, pair.Second - pair.First, 1e-4 * span.High));
    });

    [Theory]
    [InlineData("")]
    [InlineData("a,,b")]
    [InlineData("a,b,a")]
    [InlineData("log:0..1:3")]
    [InlineData("log:-1..1:3")]
    [InlineData("log:1..1:3")]
    [InlineData("lin:2..1:3")]
    [InlineData("lin:1..2:1")]
    [InlineData("lin:1..2:1001")]
    [InlineData("lin:1..2")]
    [InlineData("lin:1:2")]
    [InlineData("lin:1:3..2")]
    [InlineData("lin:x..2:3")]
    [InlineData("lin:1..NaN:3")]
    [InlineData("log:1..Infinity:3")]
    public void Anything_else_is_refused_in_one_line_that_names_the_origin(string text)
    {
        var refused = Assert.Throws<UserErrorException>(() => FactorValues.Read("--vary x", text));
        Assert.StartsWith($"--vary x is '{text}': allowed is ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_gives_values_or_one_line() => Gen.OneOf(Gen.String, Gen.String.Select(text => "log:" + text), Gen.String.Select(text => "lin:" + text)).Sample(text =>
    {
        try
        {
            IReadOnlyList<string> values = FactorValues.Read("--vary x", text);
            Assert.Equal(values.Count, values.Distinct().Count());
            Assert.DoesNotContain("", values);
        }
        catch (UserErrorException refused)
        {
            Assert.DoesNotContain('\n', refused.Message);
        }
    });

    private static double[] Numbers(string kind, (double Low, double High, int Count) span)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{kind}:{span.Low:R}..{span.High:R}:{span.Count}");
        double[] values = [.. FactorValues.Read("--vary x", text).Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        Assert.Equal(span.Count, values.Length);
        Assert.Equal(span.Low, values[0]);
        Assert.Equal(span.High, values[^1]);
        Assert.Equal(values.Order(), values);
        return values;
    }
}
