using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Gradients of a convolution's weights: for each tap the sum over positions of output gradient times the input under
/// the tap. Lanes are not added up here: every weight has an accumulator a lane, until the batch is done.
/// </summary>
internal static unsafe class ConvolutionWeights
{
    /// <summary>
    /// Two channels and the five taps of one kernel row, for all positions of some rows: ten sums stay in registers while
    /// a position's two gradients meet five inputs.
    /// </summary>
    /// <param name="gradient">First channel: rows x columns, without gaps.</param>
    /// <param name="gradientPlane">Floats from channel to channel.</param>
    /// <param name="input">Under the first tap for the first position.</param>
    /// <param name="inputRow">Floats from row to row.</param>
    /// <param name="accumulators">Of the first channel's five taps, a <see cref="Block"/> apart.</param>
    /// <param name="accumulatorPlane">Floats from channel to channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoByFive<TLanes>(
        float* gradient, nint gradientPlane, int rows, int columns, float* input, nint inputRow, float* accumulators, nint accumulatorPlane)
        where TLanes : struct, ILanes<TLanes>
    {
        float* second = accumulators + accumulatorPlane;
        TLanes a0 = TLanes.Load(accumulators);
        TLanes a1 = TLanes.Load(accumulators + Block.Samples);
        TLanes a2 = TLanes.Load(accumulators + (2 * Block.Samples));
        TLanes a3 = TLanes.Load(accumulators + (3 * Block.Samples));
        TLanes a4 = TLanes.Load(accumulators + (4 * Block.Samples));
        TLanes b0 = TLanes.Load(second);
        TLanes b1 = TLanes.Load(second + Block.Samples);
        TLanes b2 = TLanes.Load(second + (2 * Block.Samples));
        TLanes b3 = TLanes.Load(second + (3 * Block.Samples));
        TLanes b4 = TLanes.Load(second + (4 * Block.Samples));
        for (; rows > 0; rows--, input += inputRow)
        {
            float* tap = input;
            for (int x = columns; x > 0; x--, gradient += TLanes.Count, tap += TLanes.Count)
            {
                TLanes a = TLanes.Load(gradient);
                TLanes b = TLanes.Load(gradient + gradientPlane);
                TLanes v = TLanes.Load(tap);
                a0 = TLanes.MultiplyAdd(a, v, a0);
                b0 = TLanes.MultiplyAdd(b, v, b0);
                v = TLanes.Load(tap + TLanes.Count);
                a1 = TLanes.MultiplyAdd(a, v, a1);
                b1 = TLanes.MultiplyAdd(b, v, b1);
                v = TLanes.Load(tap + (2 * TLanes.Count));
                a2 = TLanes.MultiplyAdd(a, v, a2);
                b2 = TLanes.MultiplyAdd(b, v, b2);
                v = TLanes.Load(tap + (3 * TLanes.Count));
                a3 = TLanes.MultiplyAdd(a, v, a3);
                b3 = TLanes.MultiplyAdd(b, v, b3);
                v = TLanes.Load(tap + (4 * TLanes.Count));
                a4 = TLanes.MultiplyAdd(a, v, a4);
                b4 = TLanes.MultiplyAdd(b, v, b4);
            }
        }

        a0.Store(accumulators);
        a1.Store(accumulators + Block.Samples);
        a2.Store(accumulators + (2 * Block.Samples));
        a3.Store(accumulators + (3 * Block.Samples));
        a4.Store(accumulators + (4 * Block.Samples));
        b0.Store(second);
        b1.Store(second + Block.Samples);
        b2.Store(second + (2 * Block.Samples));
        b3.Store(second + (3 * Block.Samples));
        b4.Store(second + (4 * Block.Samples));
    }
}
