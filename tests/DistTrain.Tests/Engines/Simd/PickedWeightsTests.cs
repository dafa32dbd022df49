using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Inputs picked for one gradient a window give the bits of four gradients a window, three of them zeros.</summary>
public sealed unsafe class PickedWeightsTests
{
    private const int Rows = 2;

    [Fact]
    public void Picked_inputs_give_the_bits_of_all_products()
    {
        Compare<FourLanes>();
        Compare<EightLanes>();
        Compare<SixteenLanes>();
    }

    private static void Compare<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        var shape = new ConvolutionShape(1, 6, 32, 32);
        int w = TLanes.Count;
        int columns = shape.PooledWidth;
        var random = new Random(3);
        AlignedFloats input = random.Numbers(shape.InputSize * w);
        AlignedFloats sums = random.Numbers(shape.Outputs * shape.FanIn * Block.Samples);
        AlignedFloats expected = sums.Copy();
        var dense = new AlignedFloats(shape.Outputs * 2 * Rows * shape.Width * w);
        var windows = new AlignedFloats(Rows * columns * PickedWeights.WindowVectors * w);
        float* gradient = stackalloc float[w];
        float* which = stackalloc float[w];
        for (int output = 0; output < shape.Outputs; output++)
        {
            for (int i = 0; i < Rows * columns; i++)
            {
                for (int lane = 0; lane < w; lane++)
                {
                    which[lane] = random.Next(4);
                    gradient[lane] = random.Next(3) == 0 ? 0 : (random.NextSingle() * 2) - 1;
                    int y = (2 * (i / columns)) + ((int)which[lane] / 2);
                    int x = (2 * (i % columns)) + ((int)which[lane] % 2);
                    dense.First[(((((output * 2 * Rows) + y) * shape.Width) + x) * w) + lane] = gradient[lane];
                }

                PickedWeights.StoreWindow(TLanes.Load(gradient), TLanes.Load(which), windows.First + (i * PickedWeights.WindowVectors * w));
            }

            PickedWeights.Add<TLanes>(windows.First, Rows, columns, input.First, shape.InputWidth * w, sums.First + (output * shape.FanIn * Block.Samples));
        }

        ConvolutionWeights.Add<TLanes>(shape, dense.First, 2 * Rows, input.First, expected.First);
        Assert.Equal(expected.Values.ToArray(), sums.Values.ToArray());
    }
}
