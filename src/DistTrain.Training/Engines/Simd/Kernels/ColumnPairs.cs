using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Outputs without a way through memory, for few input planes, where a product would be stored and loaded again after a few additions: three channels of two columns, first at the
/// points 0 and infinity, then at 1 and -1, then at 2 and -2. Twelve sums and twelve outputs stay in registers, of 32, with a tap's values and one input.
/// </summary>
internal static unsafe class ColumnPairs
{
    /// <inheritdoc cref="ConvolutionForward.Rows"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ThreeChannels<TLanes>(ConvolutionShape shape, float* inputs, float* filters, float* bias, float* outputs)
        where TLanes : struct, ILanes<TLanes>
    {
        nint plane = (nint)shape.InputWidth * TLanes.Count;
        nint fanIn = (nint)shape.Inputs * ConvolutionShape.Kernel;
        nint inputPoint = shape.Inputs * plane;
        nint filterPoint = shape.Outputs * fanIn;
        nint row = (nint)shape.Width * TLanes.Count;
        float* lower = outputs + (3 * row);
        for (float* end = outputs + row; outputs < end; outputs += 2 * TLanes.Count, lower += 2 * TLanes.Count, inputs += 2 * TLanes.Count)
        {
            Three<TLanes> upper0 = default, upper1 = default, lower0 = default, lower1 = default;
            for (int points = 0; points < Winograd.Points; points += 2)
            {
                // The point and its opposite, and a column and the next.
                Three<TLanes> a0 = points == 0 ? Three<TLanes>.Of(bias, 1) : default, a1 = a0, b0 = a0, b1 = a0;
                float* filter = filters + (points * filterPoint);
                float* input = inputs + (points * inputPoint);
                for (int planes = shape.Inputs; planes > 0; planes--, input += plane)
                {
                    float* tap = input;
                    for (int x = 0; x < ConvolutionShape.Kernel; x++, tap += TLanes.Count, filter++)
                    {
                        Three<TLanes> w = Three<TLanes>.Of(filter, fanIn);
                        a0 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap), a0);
                        a1 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap + TLanes.Count), a1);
                        w = Three<TLanes>.Of(filter + filterPoint, fanIn);
                        b0 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap + inputPoint), b0);
                        b1 = Three<TLanes>.MultiplyAdd(w, TLanes.Load(tap + inputPoint + TLanes.Count), b1);
                    }
                }

                if (points == 0)
                {
                    upper0 = a0;
                    upper1 = a1;
                    lower0 = b0;
                    lower1 = b1;
                    continue;
                }

                upper0 += a0 + b0;
                upper1 += a1 + b1;
                a0 -= b0;
                a1 -= b1;
                if (points == 4)
                {
                    a0 += a0;
                    a1 += a1;
                }

                lower0 += a0;
                lower1 += a1;
            }

            upper0.Store(outputs, row);
            upper1.Store(outputs + TLanes.Count, row);
            lower0.Store(lower, row);
            lower1.Store(lower + TLanes.Count, row);
        }
    }
}
