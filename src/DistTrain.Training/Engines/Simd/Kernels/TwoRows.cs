using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>F(2, 5): two rows of outputs by six products in place of ten, at the points 1, -1, 2, -2, 0 and infinity.</summary>
internal readonly unsafe struct TwoRows : IMinimalFiltering
{
    public static int Points => 6;

    public static int Rows => 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Filters(float* kernels, int count, float* values)
    {
        const int K = ConvolutionShape.Kernel;
        nint point = (nint)count * K;
        for (int kernel = 0; kernel < count; kernel++, kernels += ConvolutionShape.Taps, values += K)
        {
            // Columns 0 to 3, and 1 to 4.
            for (int x = 0; x < 2; x++)
            {
                var a = FourLanes.Load(kernels + x);
                var b = FourLanes.Load(kernels + x + K);
                var c = FourLanes.Load(kernels + x + (2 * K));
                var d = FourLanes.Load(kernels + x + (3 * K));
                var e = FourLanes.Load(kernels + x + (4 * K));
                float* to = values + x;
                FourLanes even = a + c + e;
                FourLanes odd = b + d;
                FourLanes evenAtTwo = a + (FourLanes.Of(4f) * c) + (FourLanes.Of(16f) * e);
                FourLanes oddAtTwo = (FourLanes.Of(2f) * b) + (FourLanes.Of(8f) * d);
                ((even + odd) / FourLanes.Of(-6f)).Store(to);
                ((even - odd) / FourLanes.Of(-6f)).Store(to + point);
                ((evenAtTwo + oddAtTwo) / FourLanes.Of(24f)).Store(to + (2 * point));
                ((evenAtTwo - oddAtTwo) / FourLanes.Of(24f)).Store(to + (3 * point));
                (a / FourLanes.Of(4f)).Store(to + (4 * point));
                e.Store(to + (5 * point));
            }
        }
    }

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
                (even + odd).Store(values);
                (even - odd).Store(values + point);
                TLanes.MultiplyAdd(two, oddAtTwo, evenAtTwo).Store(values + (2 * point));
                TLanes.MultiplyAdd(TLanes.Of(-2f), oddAtTwo, evenAtTwo).Store(values + (3 * point));
                TLanes.MultiplyAdd(minusFour, c - a, evenAtTwo).Store(values + (4 * point));
                TLanes.MultiplyAdd(minusFour, oddAtTwo, f - d).Store(values + (5 * point));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outputs<TLanes>(float* products, nint point)
        where TLanes : struct, ILanes<TLanes>
    {
        for (float* end = products + point; products < end; products += TLanes.Count)
        {
            var one = TLanes.Load(products);
            var minusOne = TLanes.Load(products + point);
            var two = TLanes.Load(products + (2 * point));
            var minusTwo = TLanes.Load(products + (3 * point));
            (one + minusOne + (two + minusTwo) + TLanes.Load(products + (4 * point))).Store(products);
            (TLanes.MultiplyAdd(TLanes.Of(2f), two - minusTwo, one - minusOne) + TLanes.Load(products + (5 * point))).Store(products + point);
        }
    }
}
