using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;
using DistTrain.Training.Engines.Simd.Tiles;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// A convolution's way back for single output gradients of one sample. Here channels are the lanes, not samples: an image is
/// [y][x] of vectors that hold a pixel's channels, up to eight, and a gradient touches a patch of 5 x 5 of them.
/// </summary>
internal static unsafe class Patches
{
    /// <summary>Channels of a pixel; those that the image does not have are zeros.</summary>
    public const int Channels = 8;

    private const int Row = ConvolutionShape.Kernel * Channels;

    /// <summary>Adds gradient times patch to an output's 5 x 5 weight gradients.</summary>
    /// <param name="offsets">Of each gradient's patch within the image.</param>
    /// <param name="row">Floats from row to row of the image.</param>
    public static void AddToWeights(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        if (EightLanes.Registers >= 32)
        {
            AddToWeightsAtOnce(image, row, offsets, gradients, count, sums);
            return;
        }

        // Half of the sums at a time fit the registers.
        AddToFirstTaps(image, row, offsets, gradients, count, sums);
        AddToLastTaps(image + (2 * row), row, offsets, gradients, count, sums + (2 * Row));
    }

    /// <summary>Adds gradient times weights to the patches of an image's gradient.</summary>
    /// <param name="weights">5 x 5 x <see cref="Channels"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddToImage(float* image, nint row, int* offsets, float* gradients, int count, float* weights)
    {
        if (EightLanes.Registers >= 32)
        {
            AddToImageFromRegisters(image, row, offsets, gradients, count, weights);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            float* w = weights;
            for (int y = 0; y < ConvolutionShape.Kernel; y++, patch += row, w += Row)
            {
                Five<EightLanes>.Load(w, Channels).MultiplyAddTo(g, patch, Channels);
            }
        }
    }

    /// <summary>The same as <see cref="AddToImage"/>, for thirty-two registers: all twenty-five vectors of weights stay in them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddToImageFromRegisters(float* image, nint row, int* offsets, float* gradients, int count, float* weights)
    {
        Five<EightLanes> w0 = Five<EightLanes>.Load(weights, Channels);
        Five<EightLanes> w1 = Five<EightLanes>.Load(weights + Row, Channels);
        Five<EightLanes> w2 = Five<EightLanes>.Load(weights + (2 * Row), Channels);
        Five<EightLanes> w3 = Five<EightLanes>.Load(weights + (3 * Row), Channels);
        Five<EightLanes> w4 = Five<EightLanes>.Load(weights + (4 * Row), Channels);
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            w0.MultiplyAddTo(g, patch, Channels);
            w1.MultiplyAddTo(g, patch + row, Channels);
            w2.MultiplyAddTo(g, patch + (2 * row), Channels);
            patch += 3 * row;
            w3.MultiplyAddTo(g, patch, Channels);
            w4.MultiplyAddTo(g, patch + row, Channels);
        }
    }

    /// <summary>The same as <see cref="AddToWeights"/>, for thirty-two registers: all twenty-five sums stay in them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddToWeightsAtOnce(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        Five<EightLanes> s0 = Five<EightLanes>.Load(sums, Channels);
        Five<EightLanes> s1 = Five<EightLanes>.Load(sums + Row, Channels);
        Five<EightLanes> s2 = Five<EightLanes>.Load(sums + (2 * Row), Channels);
        Five<EightLanes> s3 = Five<EightLanes>.Load(sums + (3 * Row), Channels);
        Five<EightLanes> s4 = Five<EightLanes>.Load(sums + (4 * Row), Channels);
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            s0 = Five<EightLanes>.MultiplyAdd(g, patch, Channels, s0);
            s1 = Five<EightLanes>.MultiplyAdd(g, patch + row, Channels, s1);
            s2 = Five<EightLanes>.MultiplyAdd(g, patch + (2 * row), Channels, s2);
            patch += 3 * row;
            s3 = Five<EightLanes>.MultiplyAdd(g, patch, Channels, s3);
            s4 = Five<EightLanes>.MultiplyAdd(g, patch + row, Channels, s4);
        }

        s0.Store(sums, Channels);
        s1.Store(sums + Row, Channels);
        s2.Store(sums + (2 * Row), Channels);
        s3.Store(sums + (3 * Row), Channels);
        s4.Store(sums + (4 * Row), Channels);
    }

    /// <summary>Two rows of taps and three of the third.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToFirstTaps(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        Five<EightLanes> s0 = Five<EightLanes>.Load(sums, Channels);
        Five<EightLanes> s1 = Five<EightLanes>.Load(sums + Row, Channels);
        Three<EightLanes> s2 = Three<EightLanes>.Load(sums + (2 * Row), Channels);
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            s0 = Five<EightLanes>.MultiplyAdd(g, patch, Channels, s0);
            patch += row;
            s1 = Five<EightLanes>.MultiplyAdd(g, patch, Channels, s1);
            patch += row;
            s2 = Three<EightLanes>.MultiplyAdd(g, patch, Channels, s2);
        }

        s0.Store(sums, Channels);
        s1.Store(sums + Row, Channels);
        s2.Store(sums + (2 * Row), Channels);
    }

    /// <summary>The third row's last two taps, and two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToLastTaps(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        const int Skipped = 3 * Channels;
        Two<EightLanes> s2 = Two<EightLanes>.Load(sums + Skipped, Channels);
        Five<EightLanes> s3 = Five<EightLanes>.Load(sums + Row, Channels);
        Five<EightLanes> s4 = Five<EightLanes>.Load(sums + (2 * Row), Channels);
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            s2 = Two<EightLanes>.MultiplyAdd(g, patch + Skipped, Channels, s2);
            patch += row;
            s3 = Five<EightLanes>.MultiplyAdd(g, patch, Channels, s3);
            patch += row;
            s4 = Five<EightLanes>.MultiplyAdd(g, patch, Channels, s4);
        }

        s2.Store(sums + Skipped, Channels);
        s3.Store(sums + Row, Channels);
        s4.Store(sums + (2 * Row), Channels);
    }
}
