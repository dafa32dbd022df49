using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Gradients of weights by tiles of either size equal plain loops, bit by bit.</summary>
public sealed unsafe class ConvolutionKernelTests
{
    /// <summary>Inputs, outputs, height and width of the input: those of LeNet-5, and others that fit the tiles.</summary>
    public static TheoryData<int, int, int, int> Shapes => new() { { 1, 6, 32, 32 }, { 6, 16, 14, 14 }, { 2, 12, 8, 12 }, { 3, 8, 6, 14 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_of_weights_equal_plain_loops(int inputs, int outputs, int height, int width)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width);
        Weights<FourLanes>(shape);
        Weights<EightLanes>(shape);
        Weights<SixteenLanes>(shape);
    }

    private static void Weights<TLanes>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes>
    {
        const int Rows = 2;
        int w = TLanes.Count;
        int positions = Rows * shape.Width;
        AlignedFloats input = new Random(4).Numbers(shape.InputSize * w);
        AlignedFloats gradient = new Random(5).Numbers(shape.Outputs * positions * w);
        AlignedFloats sums = new Random(6).Numbers(shape.Outputs * shape.FanIn * Block.Samples);
        float[] expected = sums.Values.ToArray();
        ConvolutionWeights.Add<TLanes>(shape, gradient.First, Rows, input.First, sums.First);

        for (int i = 0; i < expected.Length; i++)
        {
            (int o, int tap, int lane) = (i / Block.Samples / shape.FanIn, i / Block.Samples % shape.FanIn, i % Block.Samples);
            for (int n = 0; n < positions && lane < w; n++)
            {
                // Window by window of 2 x 2.
                (int y, int x) = ((n / (2 * shape.Width) * 2) + (n / 2 % 2), (n % (2 * shape.Width) / 4 * 2) + (n % 2));
                float g = gradient.First[(((o * positions) + (y * shape.Width) + x) * w) + lane];
                int under = Under(shape, tap, y, x);
                expected[i] = MathF.FusedMultiplyAdd(g, input.First[(under * w) + lane], expected[i]);
            }
        }

        Assert.Equal(expected, sums.Values.ToArray());
    }

    /// <summary>Index of the input under a tap (plane, y, x) for an output's place.</summary>
    private static int Under(ConvolutionShape shape, int tap, int y, int x)
    {
        (int plane, int rest) = (tap / ConvolutionShape.Taps, tap % ConvolutionShape.Taps);
        return (((plane * shape.InputHeight) + y + (rest / ConvolutionShape.Kernel)) * shape.InputWidth) + x + (rest % ConvolutionShape.Kernel);
    }
}
