using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Outputs of convolutions by products of minimal filtering, two rows at a time and four, against those of the definition.</summary>
public sealed unsafe class OutputRowsTests
{
    /// <summary>Inputs, outputs, height and width of the input: those of LeNet-5, and others that fit the tiles. All have four rows of outputs or more.</summary>
    public static TheoryData<int, int, int, int> Shapes => new() { { 1, 6, 32, 32 }, { 6, 16, 14, 14 }, { 2, 12, 8, 12 }, { 3, 8, 10, 14 }, { 1, 6, 10, 8 } };

    /// <summary>Weights are multiples of 360, and with that of all that their values at the points are divided by, so no sum is rounded.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_of_small_whole_numbers_are_exact(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        var random = new Random(1);
        AssertExact<FourLanes, TwoRows>(shape, random);
        AssertExact<EightLanes, TwoRows>(shape, random);
        AssertExact<SixteenLanes, TwoRows>(shape, random);
        AssertExact<FourLanes, FourRows>(shape, random);
        AssertExact<EightLanes, FourRows>(shape, random);
        AssertExact<SixteenLanes, FourRows>(shape, random);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_are_within_a_millionth_of_float64(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        Assert.InRange(Error<TwoRows>(shape), 0, 1e-6);
        Assert.InRange(Error<FourRows>(shape), 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_have_the_same_bits_at_every_width(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        AssertSameAtEveryWidth<TwoRows>(shape);
        AssertSameAtEveryWidth<FourRows>(shape);
    }

    /// <summary>
    /// Outputs of four rows in registers, as where there are 32, and by way of memory. They are the same sums in the same order, but no machine with fewer registers takes the
    /// first way by itself.
    /// </summary>
    [Theory]
    [InlineData(1, 6, 32, 32)]
    [InlineData(2, 12, 8, 12)]
    public void Outputs_have_the_same_bits_in_registers_and_by_way_of_memory(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        AssertSameInRegisters<FourLanes>(shape);
        AssertSameInRegisters<EightLanes>(shape);
        AssertSameInRegisters<SixteenLanes>(shape);
    }

    /// <summary>In an image without anything, what ties in pooling by the definition ties here, where the first of the largest takes the gradient.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rows_that_are_all_equal_have_equal_outputs(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        AssertTies<TwoRows>(shape);
        AssertTies<FourRows>(shape);
    }

    /// <summary>Rows that come of whole groups of rows.</summary>
    private static int Height<TFiltering>(ConvolutionShape shape)
        where TFiltering : struct, IMinimalFiltering => shape.Height - (shape.Height % TFiltering.Rows);

    private static void AssertExact<TLanes, TFiltering>(ConvolutionShape shape, Random random)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering
    {
        AlignedFloats input = Fill(shape.InputSize * TLanes.Count, () => random.Next(-3, 4));
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => 360 * random.Next(-1, 2));
        AlignedFloats bias = Fill(shape.Outputs, () => random.Next(-100, 101));
        float[] actual = Rows<TLanes, TFiltering>(shape, input, weights, bias);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(Definition(shape, Height<TFiltering>(shape), input, weights, bias, i, TLanes.Count), actual[i]);
        }
    }

    /// <summary>Norm of the difference over norm.</summary>
    private static double Error<TFiltering>(ConvolutionShape shape)
        where TFiltering : struct, IMinimalFiltering
    {
        var random = new Random(2);
        AlignedFloats input = Fill(shape.InputSize * 16, () => (random.NextSingle() * 2) - 1);
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => (random.NextSingle() * 2) - 1);
        AlignedFloats bias = Fill(shape.Outputs, () => (random.NextSingle() * 2) - 1);
        float[] actual = Rows<SixteenLanes, TFiltering>(shape, input, weights, bias);
        double difference = 0, norm = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double expected = Definition(shape, Height<TFiltering>(shape), input, weights, bias, i, 16);
            difference += (actual[i] - expected) * (actual[i] - expected);
            norm += expected * expected;
        }

        return Math.Sqrt(difference / norm);
    }

    private static void AssertSameAtEveryWidth<TFiltering>(ConvolutionShape shape)
        where TFiltering : struct, IMinimalFiltering
    {
        var random = new Random(3);
        AlignedFloats weights = Fill(shape.Outputs * shape.FanIn, () => random.NextSingle() - 0.5f);
        AlignedFloats bias = Fill(shape.Outputs, random.NextSingle);
        AlignedFloats sixteen = Fill(shape.InputSize * 16, () => random.NextSingle() - 0.5f);
        float[] expected = Rows<SixteenLanes, TFiltering>(shape, sixteen, weights, bias);
        Assert.Equal(FirstLanes(expected, 8), Rows<EightLanes, TFiltering>(shape, FirstLanes(sixteen, 8), weights, bias));
        Assert.Equal(FirstLanes(expected, 4), Rows<FourLanes, TFiltering>(shape, FirstLanes(sixteen, 4), weights, bias));
    }

    private static void AssertSameInRegisters<TLanes>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes>
    {
        var random = new Random(5);
        int kernels = shape.Outputs * shape.Inputs;
        AlignedFloats values = Fill(FourRows.Points * shape.Inputs * shape.InputWidth * TLanes.Count, () => random.NextSingle() - 0.5f);
        AlignedFloats filters = Fill(FourRows.Points * kernels * ConvolutionShape.Kernel, () => random.NextSingle() - 0.5f);
        AlignedFloats bias = Fill(shape.Outputs, random.NextSingle);
        var inRegisters = new AlignedFloats(FourRows.Rows * 2 * shape.Width * TLanes.Count);
        var byMemory = new AlignedFloats(FourRows.Points * 3 * 4 * TLanes.Count);
        int tile = 4 * TLanes.Count;
        for (int first = 0; first + 3 <= shape.Outputs; first++)
        {
            float* own = filters.First + (first * shape.Inputs * ConvolutionShape.Kernel);
            ColumnPairs.TwoChannels<TLanes>(shape, values.First, own, bias.First + first, inRegisters.First);
            for (int x = 0; x < shape.Width; x += 4)
            {
                ProductTiles.FourColumns<TLanes, FourRows>(shape, values.First + (x * TLanes.Count), own, bias.First + first, byMemory.First);
                for (int row = 0; row < FourRows.Rows; row++)
                {
                    for (int channel = 0; channel < 2; channel++)
                    {
                        Assert.Equal(
                            byMemory.Values.Slice(((row * 3) + channel) * tile, tile),
                            inRegisters.Values.Slice(((((row * 2) + channel) * shape.Width) + x) * TLanes.Count, tile));
                    }
                }
            }
        }
    }

    private static void AssertTies<TFiltering>(ConvolutionShape shape)
        where TFiltering : struct, IMinimalFiltering
    {
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

        float[] actual = Rows<SixteenLanes, TFiltering>(shape, input, weights, bias);
        int outputRow = shape.Width * 16;
        int outputPlane = outputRow * Height<TFiltering>(shape);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(actual[(i / outputPlane * outputPlane) + (i % outputRow)], actual[i]);
        }
    }

    /// <summary>All outputs: channels x rows x columns x lanes.</summary>
    private static float[] Rows<TLanes, TFiltering>(ConvolutionShape shape, AlignedFloats input, AlignedFloats weights, AlignedFloats bias)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering
    {
        int lanes = TLanes.Count;
        int height = Height<TFiltering>(shape);
        var rows = new OutputRows<TLanes, TFiltering>(shape);
        float[] all = new float[shape.Outputs * height * shape.Width * lanes];
        var filters = new AlignedFloats(TFiltering.Points * shape.Outputs * shape.Inputs * ConvolutionShape.Kernel);
        TFiltering.Filters(weights.First, shape.Outputs * shape.Inputs, filters.First);
        int size = rows.Columns * lanes;
        for (int y = 0; y < height; y += TFiltering.Rows)
        {
            rows.Turn(input.First + (y * shape.InputWidth * lanes));
            for (int x = 0; x < shape.Width; x += rows.Columns)
            {
                for (int channel = 0; channel < shape.Outputs; channel += rows.Channels)
                {
                    rows.Compute(channel, x, filters.First, bias.First);
                    for (int i = 0; i < TFiltering.Rows * rows.Channels; i++)
                    {
                        (int row, int of) = (i / rows.Channels, i % rows.Channels);
                        Span<float> to = all.AsSpan((((((channel + of) * height) + y + row) * shape.Width) + x) * lanes);
                        new Span<float>(rows.Outputs + (i * size), size).CopyTo(to);
                    }
                }
            }
        }

        return all;
    }

    private static double Definition(ConvolutionShape shape, int height, AlignedFloats input, AlignedFloats weights, AlignedFloats bias, int index, int lanes)
    {
        (int place, int lane) = (index / lanes, index % lanes);
        (int x, int y, int output) = (place % shape.Width, place / shape.Width % height, place / shape.Width / height);
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
