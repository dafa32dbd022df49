using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;
using DistTrain.Training.Engines.Simd.Tiles;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Gradients of a convolution's weights: for each tap the sum over positions of output gradient times the input under
/// the tap. Lanes are not added up here: every weight has an accumulator a lane, until the batch is done.
/// </summary>
internal static unsafe class ConvolutionWeights
{
    /// <summary>Adds some rows of gradients to all weights' accumulators.</summary>
    /// <param name="shape">Channels in multiples of six or of four.</param>
    /// <param name="gradient">Outputs x rows x columns, without gaps.</param>
    /// <param name="input">Under the first tap for the first position.</param>
    /// <param name="accumulators">Outputs x inputs x 5 x 5, a <see cref="Block"/> each.</param>
    public static void Add<TLanes>(ConvolutionShape shape, float* gradient, int rows, float* input, float* accumulators)
        where TLanes : struct, ILanes<TLanes>
    {
        // Sums, one position's gradients and one input: 13 registers, or 19 or 25.
        if (TLanes.Registers < 32)
        {
            Add<TLanes, Two<TLanes>>(shape, gradient, rows, input, accumulators);
        }
        else if (shape.Outputs % 4 == 0)
        {
            Add<TLanes, Four<TLanes>>(shape, gradient, rows, input, accumulators);
        }
        else
        {
            Add<TLanes, Three<TLanes>>(shape, gradient, rows, input, accumulators);
        }
    }

    private static void Add<TLanes, TChannels>(ConvolutionShape shape, float* gradient, int rows, float* input, float* accumulators)
        where TLanes : struct, ILanes<TLanes>
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        nint row = (nint)shape.InputWidth * TLanes.Count;
        nint gradientPlane = (nint)rows * shape.Width * TLanes.Count;
        nint accumulatorPlane = (nint)shape.FanIn * Block.Samples;
        for (int channel = 0; channel < shape.Outputs; channel += TChannels.Count, gradient += TChannels.Count * gradientPlane)
        {
            float* sums = accumulators + (channel * accumulatorPlane);
            for (int plane = 0; plane < shape.Inputs; plane++)
            {
                float* under = input + (plane * shape.InputHeight * row);
                for (int y = 0; y < ConvolutionShape.Kernel; y++, under += row, sums += ConvolutionShape.Kernel * Block.Samples)
                {
                    FiveTaps<TLanes, TChannels>(gradient, gradientPlane, rows, shape.Width, under, row, sums, accumulatorPlane);
                }
            }
        }
    }

    /// <summary>
    /// The five taps of one kernel row, for all positions of some rows: their sums stay in registers while a position's
    /// gradients meet five inputs.
    /// </summary>
    /// <param name="gradient">First channel: rows x columns, without gaps.</param>
    /// <param name="gradientPlane">Floats from channel to channel.</param>
    /// <param name="input">Under the first tap for the first position.</param>
    /// <param name="inputRow">Floats from row to row.</param>
    /// <param name="accumulators">Of the first channel's five taps, a <see cref="Block"/> apart.</param>
    /// <param name="accumulatorPlane">Floats from channel to channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FiveTaps<TLanes, TChannels>(
        float* gradient, nint gradientPlane, int rows, int columns, float* input, nint inputRow, float* accumulators, nint accumulatorPlane)
        where TLanes : struct, ILanes<TLanes>
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        TChannels s0 = TChannels.Load(accumulators, accumulatorPlane);
        TChannels s1 = TChannels.Load(accumulators + Block.Samples, accumulatorPlane);
        TChannels s2 = TChannels.Load(accumulators + (2 * Block.Samples), accumulatorPlane);
        TChannels s3 = TChannels.Load(accumulators + (3 * Block.Samples), accumulatorPlane);
        TChannels s4 = TChannels.Load(accumulators + (4 * Block.Samples), accumulatorPlane);
        for (; rows > 0; rows--, input += inputRow)
        {
            float* tap = input;
            for (int x = columns; x > 0; x--, gradient += TLanes.Count, tap += TLanes.Count)
            {
                TChannels g = TChannels.Load(gradient, gradientPlane);
                s0 = TChannels.MultiplyAdd(g, TLanes.Load(tap), s0);
                s1 = TChannels.MultiplyAdd(g, TLanes.Load(tap + TLanes.Count), s1);
                s2 = TChannels.MultiplyAdd(g, TLanes.Load(tap + (2 * TLanes.Count)), s2);
                s3 = TChannels.MultiplyAdd(g, TLanes.Load(tap + (3 * TLanes.Count)), s3);
                s4 = TChannels.MultiplyAdd(g, TLanes.Load(tap + (4 * TLanes.Count)), s4);
            }
        }

        s0.Store(accumulators, accumulatorPlane);
        s1.Store(accumulators + Block.Samples, accumulatorPlane);
        s2.Store(accumulators + (2 * Block.Samples), accumulatorPlane);
        s3.Store(accumulators + (3 * Block.Samples), accumulatorPlane);
        s4.Store(accumulators + (4 * Block.Samples), accumulatorPlane);
    }
}
