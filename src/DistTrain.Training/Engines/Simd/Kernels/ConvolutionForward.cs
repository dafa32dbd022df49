using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Convolution outputs, a tile of channels x columns of one row at a time. The tile's sums stay in registers over all
/// input planes and taps; each tap's weight is broadcast and meets the tile's columns. Each sum adds input plane by
/// input plane, tap row by tap row, tap by tap.
/// </summary>
internal static unsafe class ConvolutionForward
{
    /// <summary>Three channels and four columns: twelve sums, three weights and one input fill sixteen registers.</summary>
    /// <param name="input">Top left of the windows, first plane.</param>
    /// <param name="inputRow">Floats from row to row.</param>
    /// <param name="inputPlane">Floats from plane to plane.</param>
    /// <param name="weights">Of the first channel: planes x 5 x 5; the next channels' follow.</param>
    /// <param name="bias">Of the first channel.</param>
    /// <param name="output">Row of the first channel.</param>
    /// <param name="outputPlane">Floats from channel to channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ThreeByFour<TLanes>(
        float* input, nint inputRow, nint inputPlane, int planes, float* weights, float* bias, float* output, nint outputPlane)
        where TLanes : struct, ILanes<TLanes>
    {
        nint fanIn = (nint)planes * ConvolutionShape.Taps;
        nint twice = 2 * fanIn;
        TLanes a0 = TLanes.Of(bias[0]), a1 = a0, a2 = a0, a3 = a0;
        TLanes b0 = TLanes.Of(bias[1]), b1 = b0, b2 = b0, b3 = b0;
        TLanes c0 = TLanes.Of(bias[2]), c1 = c0, c2 = c0, c3 = c0;
        for (; planes > 0; planes--, input += inputPlane)
        {
            float* row = input;
            for (int y = 0; y < ConvolutionShape.Kernel; y++, row += inputRow)
            {
                float* tap = row;
                for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, weights++)
                {
                    TLanes a = TLanes.Of(weights[0]);
                    TLanes b = TLanes.Of(weights[fanIn]);
                    TLanes c = TLanes.Of(weights[twice]);
                    TLanes v = TLanes.Load(tap);
                    a0 = TLanes.MultiplyAdd(a, v, a0);
                    b0 = TLanes.MultiplyAdd(b, v, b0);
                    c0 = TLanes.MultiplyAdd(c, v, c0);
                    v = TLanes.Load(tap + TLanes.Count);
                    a1 = TLanes.MultiplyAdd(a, v, a1);
                    b1 = TLanes.MultiplyAdd(b, v, b1);
                    c1 = TLanes.MultiplyAdd(c, v, c1);
                    v = TLanes.Load(tap + (2 * TLanes.Count));
                    a2 = TLanes.MultiplyAdd(a, v, a2);
                    b2 = TLanes.MultiplyAdd(b, v, b2);
                    c2 = TLanes.MultiplyAdd(c, v, c2);
                    v = TLanes.Load(tap + (3 * TLanes.Count));
                    a3 = TLanes.MultiplyAdd(a, v, a3);
                    b3 = TLanes.MultiplyAdd(b, v, b3);
                    c3 = TLanes.MultiplyAdd(c, v, c3);
                }
            }
        }

        Store(output, a0, a1, a2, a3);
        Store(output + outputPlane, b0, b1, b2, b3);
        Store(output + (2 * outputPlane), c0, c1, c2, c3);
    }

    /// <summary>Two channels and five columns, for rows of ten.</summary>
    /// <inheritdoc cref="ThreeByFour"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoByFive<TLanes>(
        float* input, nint inputRow, nint inputPlane, int planes, float* weights, float* bias, float* output, nint outputPlane)
        where TLanes : struct, ILanes<TLanes>
    {
        nint fanIn = (nint)planes * ConvolutionShape.Taps;
        TLanes a0 = TLanes.Of(bias[0]), a1 = a0, a2 = a0, a3 = a0, a4 = a0;
        TLanes b0 = TLanes.Of(bias[1]), b1 = b0, b2 = b0, b3 = b0, b4 = b0;
        for (; planes > 0; planes--, input += inputPlane)
        {
            float* row = input;
            for (int y = 0; y < ConvolutionShape.Kernel; y++, row += inputRow)
            {
                float* tap = row;
                for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, weights++)
                {
                    TLanes a = TLanes.Of(weights[0]);
                    TLanes b = TLanes.Of(weights[fanIn]);
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
        }

        Store(output, a0, a1, a2, a3);
        a4.Store(output + (4 * TLanes.Count));
        Store(output + outputPlane, b0, b1, b2, b3);
        b4.Store(output + outputPlane + (4 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* output, TLanes first, TLanes second, TLanes third, TLanes fourth)
        where TLanes : struct, ILanes<TLanes>
    {
        first.Store(output);
        second.Store(output + TLanes.Count);
        third.Store(output + (2 * TLanes.Count));
        fourth.Store(output + (3 * TLanes.Count));
    }
}
