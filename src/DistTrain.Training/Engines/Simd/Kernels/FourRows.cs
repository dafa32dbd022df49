using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>F(4, 5): four rows of outputs by eight products in place of twenty, at the points 1, -1, 2, -2, 1/2, -1/2, 0 and infinity.</summary>
internal readonly unsafe struct FourRows : IMinimalFiltering
{
    public static int Points => 8;

    public static int Rows => 4;

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

                // Sixteen times their values.
                FourLanes evenAtHalf = (FourLanes.Of(16f) * a) + (FourLanes.Of(4f) * c) + e;
                FourLanes oddAtHalf = (FourLanes.Of(8f) * b) + (FourLanes.Of(2f) * d);
                ((even + odd) / FourLanes.Of(-4.5f)).Store(to);
                ((even - odd) / FourLanes.Of(-4.5f)).Store(to + point);
                ((evenAtTwo + oddAtTwo) / FourLanes.Of(90f)).Store(to + (2 * point));
                ((evenAtTwo - oddAtTwo) / FourLanes.Of(90f)).Store(to + (3 * point));
                ((evenAtHalf + oddAtHalf) / FourLanes.Of(22.5f)).Store(to + (4 * point));
                ((evenAtHalf - oddAtHalf) / FourLanes.Of(22.5f)).Store(to + (5 * point));
                a.Store(to + (6 * point));
                e.Store(to + (7 * point));
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
                var b = TLanes.Load(from + row);
                var c = TLanes.Load(from + (2 * row));
                var d = TLanes.Load(from + (3 * row));
                var e = TLanes.Load(from + (4 * row));
                var f = TLanes.Load(from + (5 * row));
                var g = TLanes.Load(from + (6 * row));
                TLanes even = TLanes.MultiplyAdd(TLanes.Of(-4.25f), e, c + g);
                TLanes odd = TLanes.MultiplyAdd(TLanes.Of(-4.25f), d, b + f);
                (even + odd).Store(values);
                (even - odd).Store(values + point);

                // Differences, which are zeros where rows are equal.
                TLanes late = g - e;
                TLanes early = c - e;
                TLanes lateOdd = f - d;
                TLanes earlyOdd = b - d;
                TLanes evenAtTwo = TLanes.MultiplyAdd(TLanes.Of(0.25f), early, late);
                TLanes oddAtTwo = TLanes.MultiplyAdd(TLanes.Of(4f), lateOdd, earlyOdd);
                TLanes.MultiplyAdd(TLanes.Of(0.5f), oddAtTwo, evenAtTwo).Store(values + (2 * point));
                TLanes.MultiplyAdd(TLanes.Of(-0.5f), oddAtTwo, evenAtTwo).Store(values + (3 * point));
                TLanes evenAtHalf = TLanes.MultiplyAdd(TLanes.Of(4f), early, late);
                TLanes oddAtHalf = TLanes.MultiplyAdd(TLanes.Of(0.25f), lateOdd, earlyOdd);
                TLanes.MultiplyAdd(TLanes.Of(2f), oddAtHalf, evenAtHalf).Store(values + (4 * point));
                TLanes.MultiplyAdd(TLanes.Of(-2f), oddAtHalf, evenAtHalf).Store(values + (5 * point));
                TLanes.MultiplyAdd(TLanes.Of(-5.25f), early, TLanes.Load(from) - g).Store(values + (6 * point));
                TLanes.MultiplyAdd(TLanes.Of(-5.25f), lateOdd, TLanes.Load(from + (7 * row)) - b).Store(values + (7 * point));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outputs<TLanes>(float* products, nint point)
        where TLanes : struct, ILanes<TLanes>
    {
        for (float* end = products + point; products < end; products += TLanes.Count)
        {
            var plus = TLanes.Load(products);
            var minus = TLanes.Load(products + point);
            TLanes one = plus + minus;
            TLanes oneOdd = plus - minus;
            plus = TLanes.Load(products + (2 * point));
            minus = TLanes.Load(products + (3 * point));
            TLanes two = plus + minus;
            TLanes twoOdd = plus - minus;
            plus = TLanes.Load(products + (4 * point));
            minus = TLanes.Load(products + (5 * point));
            TLanes half = plus + minus;
            TLanes halfOdd = plus - minus;
            (one + two + half + TLanes.Load(products + (6 * point))).Store(products);
            TLanes.MultiplyAdd(TLanes.Of(0.5f), halfOdd, TLanes.MultiplyAdd(TLanes.Of(2f), twoOdd, oneOdd)).Store(products + point);
            TLanes.MultiplyAdd(TLanes.Of(0.25f), half, TLanes.MultiplyAdd(TLanes.Of(4f), two, one)).Store(products + (2 * point));
            (TLanes.MultiplyAdd(TLanes.Of(0.125f), halfOdd, TLanes.MultiplyAdd(TLanes.Of(8f), twoOdd, oneOdd)) + TLanes.Load(products + (7 * point))).Store(products + (3 * point));
        }
    }
}
