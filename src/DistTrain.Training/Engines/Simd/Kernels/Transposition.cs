using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Rows become columns.</summary>
internal static unsafe class Transposition
{
    /// <param name="source">rows x columns.</param>
    /// <param name="target">columns x rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        int row = 0;
        for (; row + 4 <= rows; row += 4, source += 4 * sourceRow, target += 4)
        {
            float* from = source;
            float* to = target;
            int column = 0;
            for (; column + 4 <= columns; column += 4, from += 4, to += 4 * targetRow)
            {
                Vector128<float> a = Vector128.Load(from);
                Vector128<float> b = Vector128.Load(from + sourceRow);
                Vector128<float> c = Vector128.Load(from + (2 * sourceRow));
                Vector128<float> d = Vector128.Load(from + (3 * sourceRow));
                Turn(ref a, ref b, ref c, ref d);
                a.Store(to);
                b.Store(to + targetRow);
                c.Store(to + (2 * targetRow));
                d.Store(to + (3 * targetRow));
            }

            for (; column < columns; column++, from++, to += targetRow)
            {
                Vector128.Create(from[0], from[sourceRow], from[2 * sourceRow], from[3 * sourceRow]).Store(to);
            }
        }

        for (; row < rows; row++, source += sourceRow, target++)
        {
            for (int column = 0; column < columns; column++)
            {
                target[column * targetRow] = source[column];
            }
        }
    }

    /// <summary>Four rows of four become their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        Vector128<float> acLow = Low(a, c);
        Vector128<float> acHigh = High(a, c);
        Vector128<float> bdLow = Low(b, d);
        Vector128<float> bdHigh = High(b, d);
        a = Low(acLow, bdLow);
        b = High(acLow, bdLow);
        c = Low(acHigh, bdHigh);
        d = High(acHigh, bdHigh);
    }

    /// <summary>Eight rows of eight become their columns. Needs AVX.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(
        ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c, ref Vector256<float> d,
        ref Vector256<float> e, ref Vector256<float> f, ref Vector256<float> g, ref Vector256<float> h)
    {
        TurnHalves(ref a, ref b, ref c, ref d);
        TurnHalves(ref e, ref f, ref g, ref h);
        Exchange(ref a, ref e);
        Exchange(ref b, ref f);
        Exchange(ref c, ref g);
        Exchange(ref d, ref h);
    }

    /// <summary>Eight rows of eight bytes, each two in turns in a vector, become their columns, two in a vector one behind the other. Needs SSE2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn(
        Vector128<short> a, Vector128<short> b, Vector128<short> c, Vector128<short> d,
        out Vector128<byte> first, out Vector128<byte> second, out Vector128<byte> third, out Vector128<byte> fourth)
    {
        Vector128<int> one = Sse2.UnpackLow(a, b).AsInt32(), other = Sse2.UnpackLow(c, d).AsInt32();
        first = Sse2.UnpackLow(one, other).AsByte();
        second = Sse2.UnpackHigh(one, other).AsByte();
        one = Sse2.UnpackHigh(a, b).AsInt32();
        other = Sse2.UnpackHigh(c, d).AsInt32();
        third = Sse2.UnpackLow(one, other).AsByte();
        fourth = Sse2.UnpackHigh(one, other).AsByte();
    }

    /// <summary>The upper eight of sixteen bytes. Needs SSE2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Upper(Vector128<byte> vector) => Sse2.UnpackHigh(vector.AsInt64(), vector.AsInt64()).AsByte();

    /// <summary>Four rows of four become their columns, in either half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnHalves(ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c, ref Vector256<float> d)
    {
        Vector256<float> acLow = Avx.UnpackLow(a, c);
        Vector256<float> acHigh = Avx.UnpackHigh(a, c);
        Vector256<float> bdLow = Avx.UnpackLow(b, d);
        Vector256<float> bdHigh = Avx.UnpackHigh(b, d);
        a = Avx.UnpackLow(acLow, bdLow);
        b = Avx.UnpackHigh(acLow, bdLow);
        c = Avx.UnpackLow(acHigh, bdHigh);
        d = Avx.UnpackHigh(acHigh, bdHigh);
    }

    /// <summary>The upper half of one for the lower half of the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange(ref Vector256<float> a, ref Vector256<float> b)
    {
        Vector256<float> lower = Avx.Permute2x128(a, b, 0x20);
        b = Avx.Permute2x128(a, b, 0x31);
        a = lower;
    }

    /// <summary>The first halves, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>The second halves, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
