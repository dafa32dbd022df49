using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Four rows of outputs without a way through memory, for few input planes, where a product would be stored and loaded again after a few additions: two channels of two columns, first at the
/// points 1 and -1, then at 2 and -2, at 1/2 and -1/2, at 0 and infinity. Eight sums and sixteen outputs stay in registers, of 32, with taps' values and one input.
/// </summary>
internal static unsafe class ColumnPairs
{
    /// <inheritdoc cref="ConvolutionForward.Rows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoChannels<TLanes>(ConvolutionShape shape, float* inputs, float* filters, float* bias, float* outputs)
        where TLanes : struct, ILanes<TLanes>
    {
        nint plane = (nint)shape.InputWidth * TLanes.Count;
        nint fanIn = (nint)shape.Inputs * ConvolutionShape.Kernel;
        nint inputPoint = shape.Inputs * plane;
        nint filterPoint = shape.Outputs * fanIn;
        nint row = (nint)shape.Width * TLanes.Count;
        nint below = 2 * row;
        for (float* end = outputs + row; outputs < end; outputs += 2 * TLanes.Count, inputs += 2 * TLanes.Count)
        {
            // Of each row's outputs a column and the next.
            Two<TLanes> y0 = default, z0 = default, y1 = default, z1 = default, y2 = default, z2 = default, y3 = default, z3 = default;
            for (int pair = 0; pair < FourRows.Points / 2; pair++)
            {
                // The point and its opposite, and a column and the next.
                Two<TLanes> a0 = pair == 0 ? Two<TLanes>.Of(bias, 1) : default, a1 = a0, b0 = default, b1 = default;
                float* filter = filters + (2 * pair * filterPoint);
                float* input = inputs + (2 * pair * inputPoint);
                for (int planes = shape.Inputs; planes > 0; planes--, input += plane)
                {
                    float* tap = input;
                    for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, filter++)
                    {
                        Two<TLanes> w = Two<TLanes>.Of(filter, fanIn);
                        a0 = Two<TLanes>.MultiplyAdd(w, TLanes.Load(tap), a0);
                        a1 = Two<TLanes>.MultiplyAdd(w, TLanes.Load(tap + TLanes.Count), a1);
                        w = Two<TLanes>.Of(filter + filterPoint, fanIn);
                        b0 = Two<TLanes>.MultiplyAdd(w, TLanes.Load(tap + inputPoint), b0);
                        b1 = Two<TLanes>.MultiplyAdd(w, TLanes.Load(tap + inputPoint + TLanes.Count), b1);
                    }
                }

                if (pair == 3)
                {
                    // 0 and infinity, which go into the outermost rows alone.
                    y0 += a0;
                    z0 += a1;
                    y3 += b0;
                    z3 += b1;
                    break;
                }

                Two<TLanes> even0 = a0 + b0, even1 = a1 + b1;
                a0 -= b0;
                a1 -= b1;
                if (pair == 0)
                {
                    y0 = y2 = even0;
                    z0 = z2 = even1;
                    y1 = y3 = a0;
                    z1 = z3 = a1;
                    continue;
                }

                y0 += even0;
                z0 += even1;

                // The point, its square and its cube.
                float p = pair == 1 ? 2f : 0.5f;
                y1 = Two<TLanes>.MultiplyAdd(a0, TLanes.Of(p), y1);
                z1 = Two<TLanes>.MultiplyAdd(a1, TLanes.Of(p), z1);
                y2 = Two<TLanes>.MultiplyAdd(even0, TLanes.Of(p * p), y2);
                z2 = Two<TLanes>.MultiplyAdd(even1, TLanes.Of(p * p), z2);
                y3 = Two<TLanes>.MultiplyAdd(a0, TLanes.Of(p * p * p), y3);
                z3 = Two<TLanes>.MultiplyAdd(a1, TLanes.Of(p * p * p), z3);
            }

            y0.Store(outputs, row);
            z0.Store(outputs + TLanes.Count, row);
            y1.Store(outputs + below, row);
            z1.Store(outputs + below + TLanes.Count, row);
            y2.Store(outputs + (2 * below), row);
            z2.Store(outputs + (2 * below) + TLanes.Count, row);
            y3.Store(outputs + (3 * below), row);
            z3.Store(outputs + (3 * below) + TLanes.Count, row);
        }
    }
}
