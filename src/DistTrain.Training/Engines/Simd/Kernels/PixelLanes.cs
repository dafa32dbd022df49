using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Bytes of eight samples become eight lanes of a plane, scaled: eight pixels of a row at a time, turned as bytes, so that no pixel goes through memory as a float but once.</summary>
internal static unsafe class PixelLanes
{
    /// <summary>Samples at a time.</summary>
    public const int Samples = 8;

    // Pixels at a time.
    private const int Together = 8;

    /// <param name="width">Of an image.</param>
    public static bool Fits(int width) => Avx2.IsSupported && Fma.IsSupported && width >= Together;

    /// <param name="images">First bytes of <see cref="Samples"/> images.</param>
    /// <param name="count">How many there are. Lanes of the others become zeros, whatever their images are.</param>
    /// <param name="plane">First lane of the first pixel.</param>
    /// <param name="row">Floats from row to row of the plane.</param>
    /// <param name="lanes">Floats from pixel to pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(byte** images, int count, int height, int width, PixelScale scale, float* plane, nint row, nint lanes)
    {
        byte* i0 = images[0], i1 = images[1], i2 = images[2], i3 = images[3], i4 = images[4], i5 = images[5], i6 = images[6], i7 = images[7];
        Vector256<float> there = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
        Vector256<float> high = Vector256.Create(scale.PixelHigh) & there;
        Vector256<float> low = Vector256.Create(scale.PixelLow) & there;
        Vector256<float> mean = Vector256.Create(scale.Mean) & there;
        Vector256<float> differenceHigh = Vector256.Create(scale.DifferenceHigh);
        Vector256<float> differenceLow = Vector256.Create(scale.DifferenceLow);
        nint at = 0;
        for (int y = 0; y < height; y++, plane += row, at += width)
        {
            for (nint x = 0; x < width; x += Together)
            {
                // The last eight may begin among those before.
                x = Math.Min(x, width - Together);
                nint pixel = at + x;
                Transposition.Turn(
                    Pair(i0 + pixel, i1 + pixel), Pair(i2 + pixel, i3 + pixel), Pair(i4 + pixel, i5 + pixel), Pair(i6 + pixel, i7 + pixel),
                    out Vector128<byte> first, out Vector128<byte> second, out Vector128<byte> third, out Vector128<byte> fourth);
                float* to = plane + (x * lanes);
                Scale(first, high, low, mean, differenceHigh, differenceLow).Store(to);
                Scale(Transposition.Upper(first), high, low, mean, differenceHigh, differenceLow).Store(to + lanes);
                Scale(second, high, low, mean, differenceHigh, differenceLow).Store(to + (2 * lanes));
                Scale(Transposition.Upper(second), high, low, mean, differenceHigh, differenceLow).Store(to + (3 * lanes));
                Scale(third, high, low, mean, differenceHigh, differenceLow).Store(to + (4 * lanes));
                Scale(Transposition.Upper(third), high, low, mean, differenceHigh, differenceLow).Store(to + (5 * lanes));
                Scale(fourth, high, low, mean, differenceHigh, differenceLow).Store(to + (6 * lanes));
                Scale(Transposition.Upper(fourth), high, low, mean, differenceHigh, differenceLow).Store(to + (7 * lanes));
            }
        }
    }

    /// <summary>Eight bytes of two samples, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Pair(byte* one, byte* other) =>
        Sse2.UnpackLow(Vector128.CreateScalar(*(ulong*)one).AsByte(), Vector128.CreateScalar(*(ulong*)other).AsByte()).AsInt16();

    /// <summary><see cref="PixelScale.Of"/> of the lower eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale(
        Vector128<byte> pixels, Vector256<float> high, Vector256<float> low, Vector256<float> mean, Vector256<float> differenceHigh, Vector256<float> differenceLow)
    {
        Vector256<float> x = Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(pixels));
        Vector256<float> difference = Fma.MultiplyAdd(x, high, x * low) - mean;
        return Fma.MultiplyAdd(difference, differenceHigh, difference * differenceLow);
    }
}
