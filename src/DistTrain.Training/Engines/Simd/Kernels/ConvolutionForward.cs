using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Convolution outputs, a tile of channels x columns of one row at a time. The tile's sums stay in registers over all
/// input planes and taps; each tap's weight is broadcast and meets the tile's columns. Each sum adds input plane by
/// input plane, tap row by tap row, tap by tap, whatever the tile.
/// </summary>
internal static unsafe class ConvolutionForward
{
    /// <summary>One row of all channels.</summary>
    /// <param name="shape">Channels in multiples of six and columns of four, or channels of four and columns of five.</param>
    /// <param name="input">Left end of the windows, first plane.</param>
    /// <param name="weights">Outputs x inputs x 5 x 5.</param>
    /// <param name="output">The row of the first channel.</param>
    /// <param name="outputPlane">Floats from channel to channel.</param>
    public static void Row<TLanes>(ConvolutionShape shape, float* input, float* weights, float* bias, float* output, nint outputPlane)
        where TLanes : struct, ILanes<TLanes>
    {
        // Sums, the weights of one tap and one input: 16 registers, or 13 where columns come in fives; of 32, 31 or 25.
        bool many = TLanes.Registers >= 32;
        if (shape.Width % 4 == 0)
        {
            if (many)
            {
                Row<TLanes, Six<TLanes>>(shape, input, weights, bias, output, outputPlane);
            }
            else
            {
                Row<TLanes, Three<TLanes>>(shape, input, weights, bias, output, outputPlane);
            }
        }
        else if (many)
        {
            Row<TLanes, Four<TLanes>>(shape, input, weights, bias, output, outputPlane);
        }
        else
        {
            Row<TLanes, Two<TLanes>>(shape, input, weights, bias, output, outputPlane);
        }
    }

    private static void Row<TLanes, TChannels>(ConvolutionShape shape, float* input, float* weights, float* bias, float* output, nint outputPlane)
        where TLanes : struct, ILanes<TLanes>
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        nint width = (nint)shape.Width * TLanes.Count;
        nint row = (nint)shape.InputWidth * TLanes.Count;
        nint plane = row * shape.InputHeight;
        for (int channel = 0; channel < shape.Outputs; channel += TChannels.Count, weights += TChannels.Count * shape.FanIn, output += TChannels.Count * outputPlane)
        {
            if (shape.Width % 4 == 0)
            {
                for (nint x = 0; x < width; x += 4 * TLanes.Count)
                {
                    FourColumns<TLanes, TChannels>(input + x, row, plane, shape.Inputs, weights, bias + channel, output + x, outputPlane);
                }
            }
            else
            {
                for (nint x = 0; x < width; x += 5 * TLanes.Count)
                {
                    FiveColumns<TLanes, TChannels>(input + x, row, plane, shape.Inputs, weights, bias + channel, output + x, outputPlane);
                }
            }
        }
    }

    /// <param name="input">Top left of the windows, first plane.</param>
    /// <param name="inputRow">Floats from row to row.</param>
    /// <param name="inputPlane">Floats from plane to plane.</param>
    /// <param name="weights">Of the first channel: planes x 5 x 5; the next channels' follow.</param>
    /// <param name="bias">Of the first channel.</param>
    /// <param name="output">Row of the first channel.</param>
    /// <param name="outputPlane">Floats from channel to channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourColumns<TLanes, TChannels>(
        float* input, nint inputRow, nint inputPlane, int planes, float* weights, float* bias, float* output, nint outputPlane)
        where TLanes : struct, ILanes<TLanes>
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        nint fanIn = (nint)planes * ConvolutionShape.Taps;
        TChannels s0 = TChannels.Of(bias, 1), s1 = s0, s2 = s0, s3 = s0;
        for (; planes > 0; planes--, input += inputPlane)
        {
            float* row = input;
            for (int y = 0; y < ConvolutionShape.Kernel; y++, row += inputRow)
            {
                float* tap = row;
                for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, weights++)
                {
                    TChannels w = TChannels.Of(weights, fanIn);
                    s0 = TChannels.MultiplyAdd(w, TLanes.Load(tap), s0);
                    s1 = TChannels.MultiplyAdd(w, TLanes.Load(tap + TLanes.Count), s1);
                    s2 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (2 * TLanes.Count)), s2);
                    s3 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (3 * TLanes.Count)), s3);
                }
            }
        }

        s0.Store(output, outputPlane);
        s1.Store(output + TLanes.Count, outputPlane);
        s2.Store(output + (2 * TLanes.Count), outputPlane);
        s3.Store(output + (3 * TLanes.Count), outputPlane);
    }

    /// <summary>For rows of ten.</summary>
    /// <inheritdoc cref="FourColumns"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FiveColumns<TLanes, TChannels>(
        float* input, nint inputRow, nint inputPlane, int planes, float* weights, float* bias, float* output, nint outputPlane)
        where TLanes : struct, ILanes<TLanes>
        where TChannels : struct, IVectors<TChannels, TLanes>
    {
        nint fanIn = (nint)planes * ConvolutionShape.Taps;
        TChannels s0 = TChannels.Of(bias, 1), s1 = s0, s2 = s0, s3 = s0, s4 = s0;
        for (; planes > 0; planes--, input += inputPlane)
        {
            float* row = input;
            for (int y = 0; y < ConvolutionShape.Kernel; y++, row += inputRow)
            {
                float* tap = row;
                for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, weights++)
                {
                    TChannels w = TChannels.Of(weights, fanIn);
                    s0 = TChannels.MultiplyAdd(w, TLanes.Load(tap), s0);
                    s1 = TChannels.MultiplyAdd(w, TLanes.Load(tap + TLanes.Count), s1);
                    s2 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (2 * TLanes.Count)), s2);
                    s3 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (3 * TLanes.Count)), s3);
                    s4 = TChannels.MultiplyAdd(w, TLanes.Load(tap + (4 * TLanes.Count)), s4);
                }
            }
        }

        s0.Store(output, outputPlane);
        s1.Store(output + TLanes.Count, outputPlane);
        s2.Store(output + (2 * TLanes.Count), outputPlane);
        s3.Store(output + (3 * TLanes.Count), outputPlane);
        s4.Store(output + (4 * TLanes.Count), outputPlane);
    }
}
