using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines;

/// <summary>Turns bytes into what a network takes, (pixel / 255 - mean) / standard deviation: each operation rounds once, so the bits are the same on every processor.</summary>
internal static unsafe class PixelScaling
{
    private const int CacheLine = 64;

    /// <param name="scaled">As long as <paramref name="pixels"/>; overwritten.</param>
    /// <param name="mean">Of pixels from 0 to 1.</param>
    public static void Scale(ReadOnlySpan<byte> pixels, Span<float> scaled, float mean, float standardDeviation) =>
        Scale(pixels, scaled, mean, standardDeviation, VectorWidth.Best);

    /// <param name="lanes">4, 8 or 16.</param>
    internal static void Scale(ReadOnlySpan<byte> pixels, Span<float> scaled, float mean, float standardDeviation, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scaled.Length, pixels.Length);
        int whole = pixels.Length - (pixels.Length % lanes);
        fixed (byte* from = pixels)
        fixed (float* to = scaled)
        {
            switch (lanes)
            {
                case 16:
                    Vectors<SixteenLanes>(from, to, whole, mean, standardDeviation);
                    break;
                case 8:
                    Vectors<EightLanes>(from, to, whole, mean, standardDeviation);
                    break;
                default:
                    Vectors<FourLanes>(from, to, whole, mean, standardDeviation);
                    break;
            }
        }

        for (int i = whole; i < pixels.Length; i++)
        {
            scaled[i] = ((pixels[i] / 255f) - mean) / standardDeviation;
        }
    }

    /// <summary>Asks for an image that is read soon: samples are drawn from all over the memory, and no processor guesses where the next one is.</summary>
    public static void Prefetch(ReadOnlySpan<byte> pixels)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        fixed (byte* first = pixels)
        {
            for (int i = 0; i < pixels.Length; i += CacheLine)
            {
                Sse.Prefetch0(first + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Vectors<TLanes>(byte* from, float* to, int length, float mean, float standardDeviation)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes most = TLanes.Of(255f);
        TLanes subtracted = TLanes.Of(mean);
        TLanes divisor = TLanes.Of(standardDeviation);
        for (int i = 0; i < length; i += TLanes.Count)
        {
            (((TLanes.LoadBytes(from + i) / most) - subtracted) / divisor).Store(to + i);
        }
    }
}
