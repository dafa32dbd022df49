using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// C += A B for matrices of any size. A is read one element at a time, by two strides, so that it may be transposed; rows of B and C
/// are contiguous. Each element of C adds its products in the order of the inner index, and rounds once a product,
/// whatever the width of a vector.
/// </summary>
internal static unsafe class MatrixProduct<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int TileRows = 6;

    /// <summary>Columns of a tile. B's rows must be readable up to the next multiple of this.</summary>
    public static int TileColumns => 2 * TLanes.Count;

    /// <param name="a">m x k.</param>
    /// <param name="aRow">Floats from row to row of A.</param>
    /// <param name="aColumn">Floats from column to column of A.</param>
    /// <param name="b">k x n.</param>
    /// <param name="c">m x n.</param>
    public static void Add(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int m, int n, int k)
    {
        float* edge = stackalloc float[TileRows * 2 * Block.Samples];

        // Columns outside: a tile's columns of B stay in the nearest cache while A streams by.
        for (int column = 0; column < n; column += TileColumns)
        {
            int columns = Math.Min(TileColumns, n - column);
            for (int row = 0; row < m; row += TileRows)
            {
                int rows = Math.Min(TileRows, m - row);
                float* target = c + (row * cRow) + column;
                if (columns == TileColumns)
                {
                    Tile(a + (row * aRow), aRow, aColumn, b + column, bRow, target, cRow, rows, k);
                    continue;
                }

                Copy(target, cRow, edge, TileColumns, rows, columns);
                Tile(a + (row * aRow), aRow, aColumn, b + column, bRow, edge, TileColumns, rows, k);
                Copy(edge, TileColumns, target, cRow, rows, columns);
            }
        }
    }

    private static void Copy(float* from, nint fromRow, float* to, nint toRow, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(from + (row * fromRow), columns).CopyTo(new Span<float>(to + (row * toRow), columns));
        }
    }

    /// <summary>
    /// Up to six rows and two vectors of columns: twelve sums, two vectors of B and one element of A. Rows beyond the last
    /// are the last one over again, and store the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int rows, int k)
    {
        nint last = rows - 1;
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * aRow);
        float* a2 = a + (Math.Min(2, last) * aRow);
        float* a3 = a + (Math.Min(3, last) * aRow);
        float* a4 = a + (Math.Min(4, last) * aRow);
        float* a5 = a + (last * aRow);
        float* c1 = c + (Math.Min(1, last) * cRow);
        float* c2 = c + (Math.Min(2, last) * cRow);
        float* c3 = c + (Math.Min(3, last) * cRow);
        float* c4 = c + (Math.Min(4, last) * cRow);
        float* c5 = c + (last * cRow);
        TLanes l0 = TLanes.Load(c), r0 = TLanes.Load(c + TLanes.Count);
        TLanes l1 = TLanes.Load(c1), r1 = TLanes.Load(c1 + TLanes.Count);
        TLanes l2 = TLanes.Load(c2), r2 = TLanes.Load(c2 + TLanes.Count);
        TLanes l3 = TLanes.Load(c3), r3 = TLanes.Load(c3 + TLanes.Count);
        TLanes l4 = TLanes.Load(c4), r4 = TLanes.Load(c4 + TLanes.Count);
        TLanes l5 = TLanes.Load(c5), r5 = TLanes.Load(c5 + TLanes.Count);
        nint end = k * aColumn;
        for (nint i = 0; i < end; i += aColumn, b += bRow)
        {
            TLanes left = TLanes.Load(b);
            TLanes right = TLanes.Load(b + TLanes.Count);
            TLanes v = TLanes.Of(a0[i]);
            l0 = TLanes.MultiplyAdd(v, left, l0);
            r0 = TLanes.MultiplyAdd(v, right, r0);
            v = TLanes.Of(a1[i]);
            l1 = TLanes.MultiplyAdd(v, left, l1);
            r1 = TLanes.MultiplyAdd(v, right, r1);
            v = TLanes.Of(a2[i]);
            l2 = TLanes.MultiplyAdd(v, left, l2);
            r2 = TLanes.MultiplyAdd(v, right, r2);
            v = TLanes.Of(a3[i]);
            l3 = TLanes.MultiplyAdd(v, left, l3);
            r3 = TLanes.MultiplyAdd(v, right, r3);
            v = TLanes.Of(a4[i]);
            l4 = TLanes.MultiplyAdd(v, left, l4);
            r4 = TLanes.MultiplyAdd(v, right, r4);
            v = TLanes.Of(a5[i]);
            l5 = TLanes.MultiplyAdd(v, left, l5);
            r5 = TLanes.MultiplyAdd(v, right, r5);
        }

        Store(c, l0, r0);
        Store(c1, l1, r1);
        Store(c2, l2, r2);
        Store(c3, l3, r3);
        Store(c4, l4, r4);
        Store(c5, l5, r5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, TLanes left, TLanes right)
    {
        left.Store(c);
        right.Store(c + TLanes.Count);
    }
}
