using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Gradients of a convolution's weights: for each tap the sum over positions of output gradient times the input under
/// the tap. Lanes are not added up here: every weight has an accumulator a lane, until the batch is done.
/// </summary>
internal static unsafe class ConvolutionWeights
{
    /// <summary>Adds some rows of gradients to all weights' accumulators.</summary>
    /// <param name="shape">Channels in multiples of six or of four.</param>
    /// <param name="gradient">Outputs x rows x columns, without gaps; an even number of either.</param>
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
    /// gradients meet five inputs. Positions come window by window of 2 x 2, so that <see cref="PickedWeights"/> and <see cref="ListedWeights"/> can give the same bits.
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
        nint gradientRow = (nint)columns * TLanes.Count;
        for (; rows > 0; rows -= 2, input += 2 * inputRow, gradient += gradientRow)
        {
            float* window = input;
            for (int x = columns; x > 0; x -= 2, gradient += 2 * TLanes.Count, window += 2 * TLanes.Count)
            {
                float* from = gradient;
                float* tap = window;
                for (int row = 0; row < 2; row++, from += gradientRow, tap += inputRow)
                {
                    Position<TLanes, TChannels>(TChannels.Load(from, gradientPlane), tap, ref s0, ref s1, ref s2, ref s3, ref s4);
                    Position<TLanes, TChannels>(TChannels.Load(from + TLanes.Count, gradientPlane), tap + TLanes.Count, ref s0, ref s1, ref s2, ref s3, ref s4);
                }
            }
        }

        s0.Store(accumulators, accumulatorPlane);
        s1.Store(accumulators + Block.Samples, accumulatorPlane);
        s2.Store(accumulators + (2 * Block.Samples), accumulatorPlane);
        s3.Store(accumulators + (3 * Block.Samples), accumulatorPlane);
        s4.Store(accumulators + (4 * Block.Samples), accumulatorPlane);
    }

    /// <summary>One position's gradients meet what is under five taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Position<TLanes, TChannels>(
        TChannels g, float* tap, ref TChannels s0, ref TChannels s1, ref TChannels s2, ref TChannels s3, ref TChannels s4)
        where TLanes : struct, ILanes<TLanes>
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        s0 = TChannels.MultiplyAdd(g, TLanes.Load(tap), s0);
        s1 = TChannels.MultiplyAdd(g, TLanes.Load(tap + TLanes.Count), s1);
        s2 = TChannels.MultiplyAdd(g, TLanes.Load(tap + (2 * TLanes.Count)), s2);
        s3 = TChannels.MultiplyAdd(g, TLanes.Load(tap + (3 * TLanes.Count)), s3);
        s4 = TChannels.MultiplyAdd(g, TLanes.Load(tap + (4 * TLanes.Count)), s4);
    }
}
