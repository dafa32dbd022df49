using System.Runtime.CompilerServices;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Rows become columns.</summary>
internal static unsafe class Transposition
{
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
