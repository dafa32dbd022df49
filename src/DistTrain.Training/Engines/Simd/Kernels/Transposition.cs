using System.Runtime.CompilerServices;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Rows become columns.</summary>
internal static unsafe class Transposition
{
    /// <summary>Planes to pixels: so many values of each channel, a stride apart, to vectors of channels.</summary>
    /// <param name="source">channels x pixels, without gaps but those of the stride.</param>
    /// <param name="target">pixels x pitch.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, int stride, int pixels, float* target, int pitch, int channels)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            float* from = source + ((nint)channel * pixels * stride);
            float* to = target + channel;
            for (int pixel = 0; pixel < pixels; pixel++, from += stride, to += pitch)
            {
                *to = *from;
            }
        }
    }

    /// <summary>Pixels to planes, as <see cref="Copy(float*, int, int, float*, int, int)"/> the other way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyBack(float* source, int pitch, int pixels, float* target, int stride, int channels)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            float* from = source + channel;
            float* to = target + ((nint)channel * pixels * stride);
            for (int pixel = 0; pixel < pixels; pixel++, from += pitch, to += stride)
            {
                *to = *from;
            }
        }
    }

    /// <param name="source">rows x columns.</param>
    /// <param name="target">columns x rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        int column = 0;

        // Eight target rows at a time: each stays in the nearest cache until the line is full.
        for (; column + 8 <= columns; column += 8)
        {
            float* from = source + column;
            float* to = target + (column * targetRow);
            for (int row = 0; row < rows; row++, from += sourceRow, to++)
            {
                to[0] = from[0];
                to[targetRow] = from[1];
                to[2 * targetRow] = from[2];
                to[3 * targetRow] = from[3];
                to[4 * targetRow] = from[4];
                to[5 * targetRow] = from[5];
                to[6 * targetRow] = from[6];
                to[7 * targetRow] = from[7];
            }
        }

        for (; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                target[(column * targetRow) + row] = source[(row * sourceRow) + column];
            }
        }
    }
}
