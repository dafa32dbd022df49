using System.Numerics;
using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

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
    /// <param name="row">Floats from row to row of the image.</param>
    /// <param name="windows">Those whose gradient is not zero.</param>
    /// <param name="patches">Where each window's patch begins within the image.</param>
    /// <param name="pitch">From one window's patch and gradient to the next.</param>
    public static void AddToWeights(float* image, nint row, uint windows, int* patches, float* gradients, int pitch, float* sums)
    {
        if (EightLanes.Registers >= 32)
        {
            AddToWeightsAtOnce(image, row, windows, patches, gradients, pitch, sums);
            return;
        }

        // Half of the sums at a time fit the registers.
        AddToFirstTaps(image, row, windows, patches, gradients, pitch, sums);
        AddToLastTaps(image + (2 * row), row, windows, patches, gradients, pitch, sums + (2 * Row));
    }

    /// <summary>Adds to an image's gradient, row by row of the convolution's positions, gradients times weights.</summary>
    /// <param name="outputs">For each position the outputs whose gradient is not zero, by <see cref="Survivors"/>.</param>
    /// <param name="gradients">Windows x outputs.</param>
    /// <param name="weights">Outputs x 5 x 5 x <see cref="Channels"/>.</param>
    public static void AddToImage(ConvolutionShape shape, float* image, uint* outputs, float* gradients, float* weights)
    {
        nint row = (nint)shape.InputWidth * Channels;
        for (int y = 0; y < shape.Height; y++, image += row, outputs += shape.Width)
        {
            float* pooled = gradients + (y / 2 * shape.PooledWidth * shape.Outputs);
            if (EightLanes.Registers >= 32)
            {
                AddToRows<Five<EightLanes>>(image, row, outputs, shape.Width, pooled, shape.Outputs, weights);
            }
            else
            {
                AddToRows<Three<EightLanes>>(image, row, outputs, shape.Width, pooled, shape.Outputs, weights);
                AddToRows<Two<EightLanes>>(image + (3 * row), row, outputs, shape.Width, pooled, shape.Outputs, weights + (3 * Row));
            }
        }
    }

    /// <summary>
    /// Some rows of the patches of one row of positions. The patch moves on by a column with each position, so a column of sums stays in
    /// registers from where it comes in, on the right, to where it goes out, five positions later.
    /// </summary>
    /// <remarks>Each sum adds position by position and output by output, whatever the rows.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddToRows<TRows>(float* image, nint row, uint* outputs, int width, float* gradients, int pitch, float* weights)
        where TRows : struct, IVectors<TRows, EightLanes>
    {
        TRows s0 = TRows.Load(image, row);
        TRows s1 = TRows.Load(image + Channels, row);
        TRows s2 = TRows.Load(image + (2 * Channels), row);
        TRows s3 = TRows.Load(image + (3 * Channels), row);
        for (int x = 0; x < width; x++, image += Channels)
        {
            TRows s4 = TRows.Load(image + (4 * Channels), row);
            for (uint left = outputs[x]; left != 0; left &= left - 1)
            {
                int output = BitOperations.TrailingZeroCount(left);
                EightLanes g = EightLanes.Of(gradients[output]);
                float* w = weights + (output * ConvolutionShape.Kernel * Row);
                s0 = TRows.MultiplyAdd(g, w, Row, s0);
                s1 = TRows.MultiplyAdd(g, w + Channels, Row, s1);
                s2 = TRows.MultiplyAdd(g, w + (2 * Channels), Row, s2);
                s3 = TRows.MultiplyAdd(g, w + (3 * Channels), Row, s3);
                s4 = TRows.MultiplyAdd(g, w + (4 * Channels), Row, s4);
            }

            s0.Store(image, row);
            (s0, s1, s2, s3) = (s1, s2, s3, s4);
            gradients += (x & 1) * pitch;
        }

        s0.Store(image, row);
        s1.Store(image + Channels, row);
        s2.Store(image + (2 * Channels), row);
        s3.Store(image + (3 * Channels), row);
    }

    /// <summary>The same as <see cref="AddToWeights"/>, for thirty-two registers: all twenty-five sums stay in them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddToWeightsAtOnce(float* image, nint row, uint windows, int* patches, float* gradients, int pitch, float* sums)
    {
        Five<EightLanes> s0 = Five<EightLanes>.Load(sums, Channels);
        Five<EightLanes> s1 = Five<EightLanes>.Load(sums + Row, Channels);
        Five<EightLanes> s2 = Five<EightLanes>.Load(sums + (2 * Row), Channels);
        Five<EightLanes> s3 = Five<EightLanes>.Load(sums + (3 * Row), Channels);
        Five<EightLanes> s4 = Five<EightLanes>.Load(sums + (4 * Row), Channels);
        for (; windows != 0; windows &= windows - 1)
        {
            int index = BitOperations.TrailingZeroCount(windows) * pitch;
            EightLanes g = EightLanes.Of(gradients[index]);
            float* patch = image + patches[index];
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
    private static void AddToFirstTaps(float* image, nint row, uint windows, int* patches, float* gradients, int pitch, float* sums)
    {
        Five<EightLanes> s0 = Five<EightLanes>.Load(sums, Channels);
        Five<EightLanes> s1 = Five<EightLanes>.Load(sums + Row, Channels);
        Three<EightLanes> s2 = Three<EightLanes>.Load(sums + (2 * Row), Channels);
        for (; windows != 0; windows &= windows - 1)
        {
            int index = BitOperations.TrailingZeroCount(windows) * pitch;
            EightLanes g = EightLanes.Of(gradients[index]);
            float* patch = image + patches[index];
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
    private static void AddToLastTaps(float* image, nint row, uint windows, int* patches, float* gradients, int pitch, float* sums)
    {
        const int Skipped = 3 * Channels;
        Two<EightLanes> s2 = Two<EightLanes>.Load(sums + Skipped, Channels);
        Five<EightLanes> s3 = Five<EightLanes>.Load(sums + Row, Channels);
        Five<EightLanes> s4 = Five<EightLanes>.Load(sums + (2 * Row), Channels);
        for (; windows != 0; windows &= windows - 1)
        {
            int index = BitOperations.TrailingZeroCount(windows) * pitch;
            EightLanes g = EightLanes.Of(gradients[index]);
            float* patch = image + patches[index];
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
