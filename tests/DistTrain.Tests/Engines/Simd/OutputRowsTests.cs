using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Outputs of convolutions by Winograd's products against those of the definition.</summary>
public sealed unsafe class OutputRowsTests
{
    /// <summary>Inputs, outputs, height and width of the input: those of LeNet-5, and others that fit the tiles.</summary>
    public static TheoryData<int, int, int, int> Shapes => ConvolutionKernelTests.Shapes;

    /// <summary>Weights are multiples of 24, by which their values at the points are divided, so no sum is rounded.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_of_small_whole_numbers_are_exact(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        var random = new Random(1);
        AssertExact<FourLanes>(shape, random);
        AssertExact<EightLanes>(shape, random);
        AssertExact<SixteenLanes>(shape, random);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_are_within_two_parts_in_a_million_of_float64(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        var random = new Random(2);
        AlignedFloats input = Fill(shape.InputSize * 16, () => (random.NextSingle() * 2) - 1);
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => (random.NextSingle() * 2) - 1);
        AlignedFloats bias = Fill(shape.Outputs, () => (random.NextSingle() * 2) - 1);
        float[] actual = Rows<SixteenLanes>(shape, input, weights, bias);
        double difference = 0, norm = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double expected = Definition(shape, input, weights, bias, i, 16);
            difference += (actual[i] - expected) * (actual[i] - expected);
            norm += expected * expected;
        }

        Assert.InRange(Math.Sqrt(difference / norm), 0, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_have_the_same_bits_at_every_width(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        var random = new Random(3);
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => random.NextSingle() - 0.5f);
        AlignedFloats bias = Fill(shape.Outputs, random.NextSingle);
        AlignedFloats sixteen = Fill(shape.InputSize * 16, () => random.NextSingle() - 0.5f);
        float[] expected = Rows<SixteenLanes>(shape, sixteen, weights, bias);
        Assert.Equal(FirstLanes(expected, 8), Rows<EightLanes>(shape, FirstLanes(sixteen, 8), weights, bias));
        Assert.Equal(FirstLanes(expected, 4), Rows<FourLanes>(shape, FirstLanes(sixteen, 4), weights, bias));
    }

    /// <summary>What is equal by the definition ties in pooling, where the first of the largest takes the gradient.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Equal_rows_have_equal_outputs(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        var random = new Random(4);
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => random.NextSingle() - 0.5f);
        AlignedFloats bias = Fill(shape.Outputs, random.NextSingle);
        var input = new AlignedFloats(shape.InputSize * 16);
        int row = shape.InputWidth * 16;
        for (int plane = 0; plane < shape.Inputs; plane++)
        {
            AlignedFloats one = Fill(row, () => random.NextSingle() - 0.5f);
            for (int y = 0; y < shape.InputHeight; y++)
            {
                one.Values.CopyTo(input.Values[(((plane * shape.InputHeight) + y) * row)..]);
            }
        }

        float[] actual = Rows<SixteenLanes>(shape, input, weights, bias);
        int outputRow = shape.Width * 16;
        for (int i = 0; i < actual.Length; i++)
        {
            int output = i / (outputRow * shape.Height);
            Assert.Equal(actual[(output * outputRow * shape.Height) + (i % outputRow)], actual[i]);
        }
    }

    private static void AssertExact<TLanes>(ConvolutionShape shape, Random random)
        where TLanes : struct, ILanes<TLanes>
    {
        AlignedFloats input = Fill(shape.InputSize * TLanes.Count, () => random.Next(-3, 4));
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => 24 * random.Next(-2, 3));
        AlignedFloats bias = Fill(shape.Outputs, () => random.Next(-100, 101));
        float[] actual = Rows<TLanes>(shape, input, weights, bias);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(Definition(shape, input, weights, bias, i, TLanes.Count), actual[i]);
        }
    }

    /// <summary>All outputs: channels x rows x columns x lanes.</summary>
    private static float[] Rows<TLanes>(ConvolutionShape shape, AlignedFloats input, AlignedFloats weights, AlignedFloats bias)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        var rows = new OutputRows<TLanes>(shape);
        float[] all = new float[shape.Outputs * shape.Height * shape.Width * lanes];
        var filters = new AlignedFloats(Winograd.Points * shape.Outputs * shape.Inputs * ConvolutionShape.Kernel);
        Winograd.Filters(weights.First, shape.Outputs * shape.Inputs, filters.First);
        for (int y = 0; y < shape.Height; y += Winograd.Rows)
        {
            rows.Turn(input.First + (y * shape.InputWidth * lanes));
            for (int x = 0; x < shape.Width; x += rows.Columns)
            {
                for (int channel = 0; channel < shape.Outputs; channel += rows.Channels)
                {
                    rows.Compute(channel, x, filters.First, bias.First);
                    for (int i = 0; i < rows.Channels; i++)
                    {
                        int size = rows.Columns * lanes;
                        Span<float> to = all.AsSpan((((((channel + i) * shape.Height) + y) * shape.Width) + x) * lanes);
                        new Span<float>(rows.Upper + (i * size), size).CopyTo(to);
                        new Span<float>(rows.Lower + (i * size), size).CopyTo(to[(shape.Width * lanes)..]);
                    }
                }
            }
        }

        return all;
    }

    private static double Definition(ConvolutionShape shape, AlignedFloats input, AlignedFloats weights, AlignedFloats bias, int index, int lanes)
    {
        (int place, int lane) = (index / lanes, index % lanes);
        (int x, int y, int output) = (place % shape.Width, place / shape.Width % shape.Height, place / shape.Width / shape.Height);
        double sum = bias.First[output];
        for (int plane = 0; plane < shape.Inputs; plane++)
        {
            for (int tap = 0; tap < ConvolutionShape.Taps; tap++)
            {
                int under = (((plane * shape.InputHeight) + y + (tap / ConvolutionShape.Kernel)) * shape.InputWidth) + x + (tap % ConvolutionShape.Kernel);
                sum += (double)weights.First[(((output * shape.Inputs) + plane) * ConvolutionShape.Taps) + tap] * input.First[(under * lanes) + lane];
            }
        }

        return sum;
    }

    private static AlignedFloats FirstLanes(AlignedFloats sixteen, int lanes)
    {
        var some = new AlignedFloats(sixteen.Length / 16 * lanes);
        FirstLanes(sixteen.Values.ToArray(), lanes).CopyTo(some.Values);
        return some;
    }

    private static float[] FirstLanes(float[] sixteen, int lanes) => [.. sixteen.Where((_, i) => i % 16 < lanes)];

    private static AlignedFloats Fill(int length, Func<float> next)
    {
        var numbers = new AlignedFloats(length);
        foreach (ref float number in numbers.Values)
        {
            number = next();
        }

        return numbers;
    }
}
