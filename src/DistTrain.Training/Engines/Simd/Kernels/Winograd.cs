using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Winograd's minimal filtering F(2, 5) down the columns: two outputs of a filter with five taps by six products in place of ten. Six inputs and five taps become
/// values of polynomials at the points 0, infinity, 1, -1, 2 and -2; products of those are values of the polynomials' product, and of them come the two outputs.
/// </summary>
/// <remarks>
/// After A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015; its F(4, 3) has the same points, and so the same values of inputs. Where six rows are
/// equal, so are the two outputs, to the last bit: what ties in pooling by the definition ties here.
/// </remarks>
internal static unsafe class Winograd
{
    public const int Points = 6;

    /// <summary>Rows of outputs that come of six rows of inputs.</summary>
    public const int Rows = 2;

    /// <summary>Values of kernels.</summary>
    /// <param name="kernels">Of 5 x 5, one behind the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="values">Points x kernels x 5.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Filters(float* kernels, int count, float* values)
    {
        const int K = ConvolutionShape.Kernel;
        nint point = (nint)count * K;
        for (int kernel = 0; kernel < count; kernel++, kernels += ConvolutionShape.Taps)
        {
            for (int x = 0; x < K; x++, values++)
            {
                float* tap = kernels + x;
                float even = tap[0] + tap[2 * K] + tap[4 * K];
                float odd = tap[K] + tap[3 * K];
                float evenAtTwo = tap[0] + (4 * tap[2 * K]) + (16 * tap[4 * K]);
                float oddAtTwo = (2 * tap[K]) + (8 * tap[3 * K]);
                values[0] = tap[0] / 4;
                values[point] = tap[4 * K];
                values[2 * point] = (even + odd) / -6;
                values[3 * point] = (even - odd) / -6;
                values[4 * point] = (evenAtTwo + oddAtTwo) / 24;
                values[5 * point] = (evenAtTwo - oddAtTwo) / 24;
            }
        }
    }

    /// <summary>Values of six rows of inputs.</summary>
    /// <param name="input">Uppermost row, first plane.</param>
    /// <param name="values">Points x inputs x columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Inputs<TLanes>(ConvolutionShape shape, float* input, float* values)
        where TLanes : struct, ILanes<TLanes>
    {
        nint row = (nint)shape.InputWidth * TLanes.Count;
        nint plane = row * shape.InputHeight;
        nint point = row * shape.Inputs;
        for (int channel = 0; channel < shape.Inputs; channel++, input += plane)
        {
            float* from = input;
            for (float* end = from + row; from < end; from += TLanes.Count, values += TLanes.Count)
            {
                TLanes minusFour = TLanes.Of(-4f);
                TLanes two = TLanes.Of(2f);
                var a = TLanes.Load(from);
                var b = TLanes.Load(from + row);
                var c = TLanes.Load(from + (2 * row));
                var d = TLanes.Load(from + (3 * row));
                var e = TLanes.Load(from + (4 * row));
                var f = TLanes.Load(from + (5 * row));
                TLanes even = TLanes.MultiplyAdd(minusFour, c, e);
                TLanes odd = TLanes.MultiplyAdd(minusFour, b, d);
                TLanes evenAtTwo = e - c;
                TLanes oddAtTwo = d - b;
                TLanes.MultiplyAdd(minusFour, c - a, evenAtTwo).Store(values);
                TLanes.MultiplyAdd(minusFour, oddAtTwo, f - d).Store(values + point);
                (even + odd).Store(values + (2 * point));
                (even - odd).Store(values + (3 * point));
                TLanes.MultiplyAdd(two, oddAtTwo, evenAtTwo).Store(values + (4 * point));
                TLanes.MultiplyAdd(TLanes.Of(-2f), oddAtTwo, evenAtTwo).Store(values + (5 * point));
            }
        }
    }

    /// <summary>Replaces products at the first point by the upper outputs, and those at the second by the lower ones.</summary>
    /// <param name="products">Points x any number.</param>
    /// <param name="point">Floats of a point.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outputs<TLanes>(float* products, nint point)
        where TLanes : struct, ILanes<TLanes>
    {
        for (float* end = products + point; products < end; products += TLanes.Count)
        {
            var one = TLanes.Load(products + (2 * point));
            var minusOne = TLanes.Load(products + (3 * point));
            var two = TLanes.Load(products + (4 * point));
            var minusTwo = TLanes.Load(products + (5 * point));
            (TLanes.Load(products) + (one + minusOne) + (two + minusTwo)).Store(products);
            TLanes.MultiplyAdd(TLanes.Of(2f), two - minusTwo, TLanes.Load(products + point) + (one - minusOne)).Store(products + point);
        }
    }
}
