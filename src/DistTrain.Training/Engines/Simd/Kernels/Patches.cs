using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddToWeights(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        // Half of the sums at a time fit the registers.
        AddToFirstTaps(image, row, offsets, gradients, count, sums);
        AddToLastTaps(image + (2 * row), row, offsets, gradients, count, sums + (2 * Row));
    }

    /// <summary>Adds gradient times weights to the patches of an image's gradient.</summary>
    /// <param name="weights">5 x 5 x <see cref="Channels"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddToImage(float* image, nint row, int* offsets, float* gradients, int count, float* weights)
    {
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            float* w = weights;
            for (int y = 0; y < ConvolutionShape.Kernel; y++, patch += row, w += Row)
            {
                EightLanes.MultiplyAdd(g, EightLanes.Load(w), EightLanes.Load(patch)).Store(patch);
                EightLanes.MultiplyAdd(g, EightLanes.Load(w + 8), EightLanes.Load(patch + 8)).Store(patch + 8);
                EightLanes.MultiplyAdd(g, EightLanes.Load(w + 16), EightLanes.Load(patch + 16)).Store(patch + 16);
                EightLanes.MultiplyAdd(g, EightLanes.Load(w + 24), EightLanes.Load(patch + 24)).Store(patch + 24);
                EightLanes.MultiplyAdd(g, EightLanes.Load(w + 32), EightLanes.Load(patch + 32)).Store(patch + 32);
            }
        }
    }

    /// <summary>Two rows of taps and three of the third.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToFirstTaps(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        EightLanes s0 = EightLanes.Load(sums);
        EightLanes s1 = EightLanes.Load(sums + 8);
        EightLanes s2 = EightLanes.Load(sums + 16);
        EightLanes s3 = EightLanes.Load(sums + 24);
        EightLanes s4 = EightLanes.Load(sums + 32);
        EightLanes s5 = EightLanes.Load(sums + 40);
        EightLanes s6 = EightLanes.Load(sums + 48);
        EightLanes s7 = EightLanes.Load(sums + 56);
        EightLanes s8 = EightLanes.Load(sums + 64);
        EightLanes s9 = EightLanes.Load(sums + 72);
        EightLanes s10 = EightLanes.Load(sums + 80);
        EightLanes s11 = EightLanes.Load(sums + 88);
        EightLanes s12 = EightLanes.Load(sums + 96);
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            s0 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch), s0);
            s1 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 8), s1);
            s2 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 16), s2);
            s3 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 24), s3);
            s4 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 32), s4);
            patch += row;
            s5 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch), s5);
            s6 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 8), s6);
            s7 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 16), s7);
            s8 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 24), s8);
            s9 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 32), s9);
            patch += row;
            s10 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch), s10);
            s11 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 8), s11);
            s12 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 16), s12);
        }

        s0.Store(sums);
        s1.Store(sums + 8);
        s2.Store(sums + 16);
        s3.Store(sums + 24);
        s4.Store(sums + 32);
        s5.Store(sums + 40);
        s6.Store(sums + 48);
        s7.Store(sums + 56);
        s8.Store(sums + 64);
        s9.Store(sums + 72);
        s10.Store(sums + 80);
        s11.Store(sums + 88);
        s12.Store(sums + 96);
    }

    /// <summary>The third row's last two taps, and two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToLastTaps(float* image, nint row, int* offsets, float* gradients, int count, float* sums)
    {
        EightLanes s0 = EightLanes.Load(sums + 24);
        EightLanes s1 = EightLanes.Load(sums + 32);
        EightLanes s2 = EightLanes.Load(sums + 40);
        EightLanes s3 = EightLanes.Load(sums + 48);
        EightLanes s4 = EightLanes.Load(sums + 56);
        EightLanes s5 = EightLanes.Load(sums + 64);
        EightLanes s6 = EightLanes.Load(sums + 72);
        EightLanes s7 = EightLanes.Load(sums + 80);
        EightLanes s8 = EightLanes.Load(sums + 88);
        EightLanes s9 = EightLanes.Load(sums + 96);
        EightLanes s10 = EightLanes.Load(sums + 104);
        EightLanes s11 = EightLanes.Load(sums + 112);
        for (int i = 0; i < count; i++)
        {
            EightLanes g = EightLanes.Of(gradients[i]);
            float* patch = image + offsets[i];
            s0 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 24), s0);
            s1 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 32), s1);
            patch += row;
            s2 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch), s2);
            s3 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 8), s3);
            s4 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 16), s4);
            s5 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 24), s5);
            s6 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 32), s6);
            patch += row;
            s7 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch), s7);
            s8 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 8), s8);
            s9 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 16), s9);
            s10 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 24), s10);
            s11 = EightLanes.MultiplyAdd(g, EightLanes.Load(patch + 32), s11);
        }

        s0.Store(sums + 24);
        s1.Store(sums + 32);
        s2.Store(sums + 40);
        s3.Store(sums + 48);
        s4.Store(sums + 56);
        s5.Store(sums + 64);
        s6.Store(sums + 72);
        s7.Store(sums + 80);
        s8.Store(sums + 88);
        s9.Store(sums + 96);
        s10.Store(sums + 104);
        s11.Store(sums + 112);
    }
}
