using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Convolution outputs, some rows at a time, by the products of <see cref="IMinimalFiltering"/>, in tiles that fit the shape and the registers. Each sum adds input plane by
/// input plane, tap by tap, whatever the tile, so the outputs' bits are the same in all.
/// </summary>
internal static unsafe class ConvolutionForward
{
    /// <summary>Channels that are computed together.</summary>
    public static int Channels<TLanes, TFiltering>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering =>
        IsInRegisters<TLanes, TFiltering>(shape) ? 2 : shape.Width % 4 == 0 ? 3 : TLanes.Registers >= 32 ? 4 : 2;

    /// <summary>Columns that are computed together, an even number.</summary>
    public static int Columns<TLanes, TFiltering>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering =>
        IsInRegisters<TLanes, TFiltering>(shape) ? shape.Width : shape.Width % 4 == 0 ? 4 : 10;

    /// <summary>Rows of outputs for some channels and columns.</summary>
    /// <param name="shape">Channels in multiples of six and columns of four, or channels of four and columns of ten.</param>
    /// <param name="inputs">Values from the first column on, of points x inputs x columns.</param>
    /// <param name="filters">Values from the first channel on, of points x outputs x inputs x 5.</param>
    /// <param name="bias">Of the first channel.</param>
    /// <param name="outputs">Room for points x channels x columns. Afterwards the first of them are the rows, from the uppermost on.</param>
    public static void Rows<TLanes, TFiltering>(ConvolutionShape shape, float* inputs, float* filters, float* bias, float* outputs)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering
    {
        if (IsInRegisters<TLanes, TFiltering>(shape))
        {
            ColumnPairs.TwoChannels<TLanes>(shape, inputs, filters, bias, outputs);
        }
        else if (shape.Width % 4 == 0)
        {
            ProductTiles.FourColumns<TLanes, TFiltering>(shape, inputs, filters, bias, outputs);
        }
        else if (TLanes.Registers >= 32)
        {
            // Sums, a tap's values and one input: 25 registers, or 13.
            ProductTiles.TenColumns<TLanes, TFiltering, Four<TLanes>>(shape, inputs, filters, bias, outputs);
        }
        else
        {
            ProductTiles.TenColumns<TLanes, TFiltering, Two<TLanes>>(shape, inputs, filters, bias, outputs);
        }
    }

    private static bool IsInRegisters<TLanes, TFiltering>(ConvolutionShape shape)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering =>
        shape.Width % 4 == 0 && TLanes.Registers >= 32 && typeof(TFiltering) == typeof(FourRows);
}
