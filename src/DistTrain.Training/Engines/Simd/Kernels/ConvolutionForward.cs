using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Convolution outputs, two rows at a time, by <see cref="Winograd"/>'s products, in tiles that fit the shape and the registers. Each sum adds input plane by
/// input plane, tap by tap, whatever the tile, so the outputs' bits are the same in all.
/// </summary>
internal static unsafe class ConvolutionForward
{
    /// <summary>Channels that are computed together.</summary>
    public static int Channels<TLanes>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes> => shape.Width % 4 == 0 ? 3 : TLanes.Registers >= 32 ? 4 : 2;

    /// <summary>Columns that are computed together, an even number.</summary>
    public static int Columns<TLanes>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes> => shape.Width % 4 != 0 ? 10 : TLanes.Registers >= 32 ? shape.Width : 4;

    /// <summary>Two rows of outputs for some channels and columns.</summary>
    /// <param name="shape">Channels in multiples of three and columns of four, or channels of four and columns of ten.</param>
    /// <param name="inputs">Values from the first column on, of points x inputs x columns.</param>
    /// <param name="filters">Values from the first channel on, of points x outputs x inputs x 5.</param>
    /// <param name="bias">Of the first channel.</param>
    /// <param name="outputs">Room for points x channels x columns. Afterwards the first is the upper row, the second the lower one.</param>
    public static void Rows<TLanes>(ConvolutionShape shape, float* inputs, float* filters, float* bias, float* outputs)
        where TLanes : struct, ILanes<TLanes>
    {
        if (shape.Width % 4 != 0)
        {
            // Sums, a tap's values and one input: 25 registers, or 13.
            if (TLanes.Registers >= 32)
            {
                ProductTiles.TenColumns<TLanes, Four<TLanes>>(shape, inputs, filters, bias, outputs);
            }
            else
            {
                ProductTiles.TenColumns<TLanes, Two<TLanes>>(shape, inputs, filters, bias, outputs);
            }
        }
        else if (TLanes.Registers >= 32)
        {
            ColumnPairs.ThreeChannels<TLanes>(shape, inputs, filters, bias, outputs);
        }
        else
        {
            ProductTiles.FourColumns<TLanes>(shape, inputs, filters, bias, outputs);
        }
    }
}
