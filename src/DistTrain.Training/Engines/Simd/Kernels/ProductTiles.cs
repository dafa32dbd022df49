using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Outputs by way of the nearest cache: at each point a tile of channels x columns, each tap's value broadcast and met by the tile's columns, stays in registers
/// until its sums are whole and stored. Outputs are made of the products afterwards.
/// </summary>
internal static unsafe class ProductTiles
{
    /// <summary>Three channels of four columns. With 16 registers: 12 sums, a tap's values and one input.</summary>
    /// <inheritdoc cref="ConvolutionForward.Rows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourColumns<TLanes, TFiltering>(ConvolutionShape shape, float* inputs, float* filters, float* bias, float* outputs)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering
    {
        const int Columns = 4;
        nint plane = (nint)shape.InputWidth * TLanes.Count;
        nint fanIn = (nint)shape.Inputs * ConvolutionShape.Kernel;
        nint row = (nint)Columns * TLanes.Count;
        float* products = outputs;
        for (int point = 0; point < TFiltering.Points; point++, inputs += shape.Inputs * plane, filters += shape.Outputs * fanIn, products += 3 * row)
        {
            Three<TLanes> s0 = point == 0 ? Three<TLanes>.Of(bias, 1) : default, s1 = s0, s2 = s0, s3 = s0;
            float* filter = filters;
            float* input = inputs;
            for (int planes = shape.Inputs; planes > 0; planes--, input += plane)
            {
                float* tap = input;
                for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, filter++)
                {
                    Three<TLanes> w = Three<TLanes>.Of(filter, fanIn);
                    s0 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap), s0);
                    s1 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap + TLanes.Count), s1);
                    s2 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap + (2 * TLanes.Count)), s2);
                    s3 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap + (3 * TLanes.Count)), s3);
                }
            }

            s0.Store(products, row);
            s1.Store(products + TLanes.Count, row);
            s2.Store(products + (2 * TLanes.Count), row);
            s3.Store(products + (3 * TLanes.Count), row);
        }

        TFiltering.Outputs<TLanes>(outputs, 3 * row);
    }

    /// <summary>Rows of ten, in two tiles of five columns.</summary>
    /// <inheritdoc cref="ConvolutionForward.Rows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TenColumns<TLanes, TFiltering, TChannels>(ConvolutionShape shape, float* inputs, float* filters, float* bias, float* outputs)
        where TLanes : struct, ILanes<TLanes>
        where TFiltering : struct, IMinimalFiltering
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        const int Columns = 10;
        nint plane = (nint)shape.InputWidth * TLanes.Count;
        nint fanIn = (nint)shape.Inputs * ConvolutionShape.Kernel;
        nint row = (nint)Columns * TLanes.Count;
        float* products = outputs;
        for (int point = 0; point < TFiltering.Points; point++, inputs += shape.Inputs * plane, filters += shape.Outputs * fanIn, products += TChannels.Count * row)
        {
            for (nint start = 0; start < row; start += row / 2)
            {
                TChannels s0 = point == 0 ? TChannels.Of(bias, 1) : default, s1 = s0, s2 = s0, s3 = s0, s4 = s0;
                float* filter = filters;
                float* input = inputs + start;
                for (int planes = shape.Inputs; planes > 0; planes--, input += plane)
                {
                    float* tap = input;
                    for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, filter++)
                    {
                        TChannels w = TChannels.Of(filter, fanIn);
                        s0 = TChannels.MultiplyAdd(w, TLanes.Load(tap), s0);
                        s1 = TChannels.MultiplyAdd(w, TLanes.Load(tap + TLanes.Count), s1);
                        s2 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (2 * TLanes.Count)), s2);
                        s3 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (3 * TLanes.Count)), s3);
                        s4 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (4 * TLanes.Count)), s4);
                    }
                }

                float* to = products + start;
                s0.Store(to, row);
                s1.Store(to + TLanes.Count, row);
                s2.Store(to + (2 * TLanes.Count), row);
                s3.Store(to + (3 * TLanes.Count), row);
                s4.Store(to + (4 * TLanes.Count), row);
            }
        }

        TFiltering.Outputs<TLanes>(outputs, TChannels.Count * row);
    }
}
