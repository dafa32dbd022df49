using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Gradients of a convolution's inputs, one row of one plane at a time: an output gradient at column x goes, times the
/// weight of tap k, to input column x + k.
/// </summary>
internal static unsafe class ConvolutionInputs
{
    /// <summary>Columns of output gradients.</summary>
    private const int Columns = 10;

    /// <summary>All planes.</summary>
    /// <param name="shape">With rows of ten outputs.</param>
    /// <param name="gradient">Of the outputs, outputs x 10 x 10.</param>
    /// <param name="weights">Outputs x inputs x 5 x 5.</param>
    /// <param name="output">Overwritten, planes like the input.</param>
    public static void All<TLanes>(ConvolutionShape shape, float* gradient, float* weights, float* output)
        where TLanes : struct, ILanes<TLanes>
    {
        nint row = (nint)shape.InputWidth * TLanes.Count;
        nint gradientRow = Columns * TLanes.Count;
        for (int y = 0; y < shape.InputHeight; y++, gradient += gradientRow, output += row)
        {
            int firstTap = Math.Max(0, y - shape.Height + 1);
            int taps = Math.Min(ConvolutionShape.Kernel - 1, y) - firstTap + 1;
            for (int plane = 0; plane < shape.Inputs; plane++)
            {
                Row<TLanes>(
                    gradient,
                    gradientRow * shape.Height,
                    weights + (plane * ConvolutionShape.Taps),
                    shape.FanIn,
                    shape.Outputs,
                    firstTap,
                    taps,
                    output + (plane * shape.InputHeight * row));
            }
        }
    }

    /// <summary>
    /// The fourteen sums of a row stay in registers over all channels and kernel rows. All of a row's columns at once,
    /// as with fewer the middle sum would wait for itself: it takes a fifth of five columns' additions, but only a
    /// tenth of ten's.
    /// </summary>
    /// <param name="gradient">First channel's gradients [y][x]; the row that meets kernel row 0, which may lie below the plane.</param>
    /// <param name="gradientPlane">Floats from channel to channel.</param>
    /// <param name="weights">First channel's 5 x 5 weights for the input plane.</param>
    /// <param name="fanIn">Floats from channel to channel.</param>
    /// <param name="firstTap">Kernel rows from this one ...</param>
    /// <param name="taps">... so many meet rows of the plane.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TLanes>(
        float* gradient, nint gradientPlane, float* weights, nint fanIn, int channels, int firstTap, int taps, float* output)
        where TLanes : struct, ILanes<TLanes>
    {
        int w = TLanes.Count;
        TLanes s0 = TLanes.Of(0f), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0;
        TLanes s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0, s12 = s0, s13 = s0;
        gradient -= (nint)firstTap * Columns * w;
        weights += firstTap * ConvolutionShape.Kernel;
        for (; channels > 0; channels--, gradient += gradientPlane, weights += fanIn)
        {
            float* k = weights;

            // A pointer for each tap: the compiler takes them for different memory, and so reads a gradient again where it is used
            // instead of keeping ten of them in registers that it does not have. Where it has them it is told that they are equal.
            float* g = gradient, h = g, i = g, j = g, l = g;
            for (int y = taps; y > 0; y--, k += ConvolutionShape.Kernel)
            {
                TLanes t = TLanes.Of(k[0]);
                TLanes v0 = TLanes.Load(g);
                s0 = TLanes.MultiplyAdd(t, v0, s0);
                TLanes v1 = TLanes.Load(g + w);
                s1 = TLanes.MultiplyAdd(t, v1, s1);
                TLanes v2 = TLanes.Load(g + (2 * w));
                s2 = TLanes.MultiplyAdd(t, v2, s2);
                TLanes v3 = TLanes.Load(g + (3 * w));
                s3 = TLanes.MultiplyAdd(t, v3, s3);
                TLanes v4 = TLanes.Load(g + (4 * w));
                s4 = TLanes.MultiplyAdd(t, v4, s4);
                TLanes v5 = TLanes.Load(g + (5 * w));
                s5 = TLanes.MultiplyAdd(t, v5, s5);
                TLanes v6 = TLanes.Load(g + (6 * w));
                s6 = TLanes.MultiplyAdd(t, v6, s6);
                TLanes v7 = TLanes.Load(g + (7 * w));
                s7 = TLanes.MultiplyAdd(t, v7, s7);
                TLanes v8 = TLanes.Load(g + (8 * w));
                s8 = TLanes.MultiplyAdd(t, v8, s8);
                TLanes v9 = TLanes.Load(g + (9 * w));
                s9 = TLanes.MultiplyAdd(t, v9, s9);
                t = TLanes.Of(k[1]);
                s1 = MultiplyAdd(t, v0, h, s1);
                s2 = MultiplyAdd(t, v1, h + w, s2);
                s3 = MultiplyAdd(t, v2, h + (2 * w), s3);
                s4 = MultiplyAdd(t, v3, h + (3 * w), s4);
                s5 = MultiplyAdd(t, v4, h + (4 * w), s5);
                s6 = MultiplyAdd(t, v5, h + (5 * w), s6);
                s7 = MultiplyAdd(t, v6, h + (6 * w), s7);
                s8 = MultiplyAdd(t, v7, h + (7 * w), s8);
                s9 = MultiplyAdd(t, v8, h + (8 * w), s9);
                s10 = MultiplyAdd(t, v9, h + (9 * w), s10);
                t = TLanes.Of(k[2]);
                s2 = MultiplyAdd(t, v0, i, s2);
                s3 = MultiplyAdd(t, v1, i + w, s3);
                s4 = MultiplyAdd(t, v2, i + (2 * w), s4);
                s5 = MultiplyAdd(t, v3, i + (3 * w), s5);
                s6 = MultiplyAdd(t, v4, i + (4 * w), s6);
                s7 = MultiplyAdd(t, v5, i + (5 * w), s7);
                s8 = MultiplyAdd(t, v6, i + (6 * w), s8);
                s9 = MultiplyAdd(t, v7, i + (7 * w), s9);
                s10 = MultiplyAdd(t, v8, i + (8 * w), s10);
                s11 = MultiplyAdd(t, v9, i + (9 * w), s11);
                t = TLanes.Of(k[3]);
                s3 = MultiplyAdd(t, v0, j, s3);
                s4 = MultiplyAdd(t, v1, j + w, s4);
                s5 = MultiplyAdd(t, v2, j + (2 * w), s5);
                s6 = MultiplyAdd(t, v3, j + (3 * w), s6);
                s7 = MultiplyAdd(t, v4, j + (4 * w), s7);
                s8 = MultiplyAdd(t, v5, j + (5 * w), s8);
                s9 = MultiplyAdd(t, v6, j + (6 * w), s9);
                s10 = MultiplyAdd(t, v7, j + (7 * w), s10);
                s11 = MultiplyAdd(t, v8, j + (8 * w), s11);
                s12 = MultiplyAdd(t, v9, j + (9 * w), s12);
                t = TLanes.Of(k[4]);
                s4 = MultiplyAdd(t, v0, l, s4);
                s5 = MultiplyAdd(t, v1, l + w, s5);
                s6 = MultiplyAdd(t, v2, l + (2 * w), s6);
                s7 = MultiplyAdd(t, v3, l + (3 * w), s7);
                s8 = MultiplyAdd(t, v4, l + (4 * w), s8);
                s9 = MultiplyAdd(t, v5, l + (5 * w), s9);
                s10 = MultiplyAdd(t, v6, l + (6 * w), s10);
                s11 = MultiplyAdd(t, v7, l + (7 * w), s11);
                s12 = MultiplyAdd(t, v8, l + (8 * w), s12);
                s13 = MultiplyAdd(t, v9, l + (9 * w), s13);
                g -= Columns * w;
                h -= Columns * w;
                i -= Columns * w;
                j -= Columns * w;
                l -= Columns * w;
            }
        }

        s0.Store(output);
        s1.Store(output + w);
        s2.Store(output + (2 * w));
        s3.Store(output + (3 * w));
        s4.Store(output + (4 * w));
        s5.Store(output + (5 * w));
        s6.Store(output + (6 * w));
        s7.Store(output + (7 * w));
        s8.Store(output + (8 * w));
        s9.Store(output + (9 * w));
        s10.Store(output + (10 * w));
        s11.Store(output + (11 * w));
        s12.Store(output + (12 * w));
        s13.Store(output + (13 * w));
    }

    /// <summary>t, times a vector that was read before, plus a sum: as it was kept if there are registers for that, else as it is in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes MultiplyAdd<TLanes>(TLanes t, TLanes kept, float* from, TLanes sum)
        where TLanes : struct, ILanes<TLanes> => TLanes.Registers >= 32 ? TLanes.MultiplyAdd(t, kept, sum) : TLanes.MultiplyAdd(t, from, sum);
}
