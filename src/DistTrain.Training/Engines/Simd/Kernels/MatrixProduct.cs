using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// C += A B, or C = A B, for matrices of any size. A is read one element at a time, by two strides, so that it may be transposed; rows of B and C
/// are contiguous. Each element of C adds its products in the order of the inner index, and rounds once a product,
/// whatever the width of a vector.
/// </summary>
internal static unsafe class MatrixProduct<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    public const int TileRows = 6;

    /// <summary>Columns of a narrow tile. B's rows must be readable up to the next multiple of this.</summary>
    public static int TileColumns => 2 * TLanes.Count;

    private static int WideTileColumns => 4 * TLanes.Count;

    /// <summary>C += A B.</summary>
    /// <param name="a">m x k.</param>
    /// <param name="aRow">Floats from row to row of A.</param>
    /// <param name="aColumn">Floats from column to column of A.</param>
    /// <param name="b">k x n.</param>
    /// <param name="c">m x n.</param>
    public static void Add(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int m, int n, int k) =>
        Run(a, aRow, aColumn, b, bRow, c, cRow, m, n, k, fresh: false);

    /// <summary>C = A B: the bits of <see cref="Add"/> onto zeros, without writing and reading those.</summary>
    /// <inheritdoc cref="Add"/>
    public static void Set(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int m, int n, int k) =>
        Run(a, aRow, aColumn, b, bRow, c, cRow, m, n, k, fresh: true);

    private static void Run(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int m, int n, int k, bool fresh)
    {
        float* edge = stackalloc float[TileRows * 2 * Block.Samples];
        int column = 0;

        // Columns outside: a tile's columns of B stay in the nearest cache while A streams by.
        for (; TLanes.Registers >= 32 && column + WideTileColumns <= n; column += WideTileColumns)
        {
            for (int row = 0; row < m; row += TileRows)
            {
                int rows = Math.Min(TileRows, m - row);
                Tile<Four<TLanes>>(a + (row * aRow), aRow, aColumn, b + column, bRow, c + (row * cRow) + column, cRow, rows, k, fresh);
            }
        }

        for (; column < n; column += TileColumns)
        {
            int columns = Math.Min(TileColumns, n - column);
            for (int row = 0; row < m; row += TileRows)
            {
                int rows = Math.Min(TileRows, m - row);
                float* target = c + (row * cRow) + column;
                if (columns == TileColumns)
                {
                    Tile<Two<TLanes>>(a + (row * aRow), aRow, aColumn, b + column, bRow, target, cRow, rows, k, fresh);
                    continue;
                }

                if (!fresh)
                {
                    Copy(target, cRow, edge, TileColumns, rows, columns);
                }

                Tile<Two<TLanes>>(a + (row * aRow), aRow, aColumn, b + column, bRow, edge, TileColumns, rows, k, fresh);
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
    /// Up to six rows and some vectors of columns: two vectors of B, one element of A and twelve sums fill sixteen registers;
    /// four, one and twenty-four fill thirty-two. Rows beyond the last are the last one over again, and store the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TColumns>(float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, int rows, int k, bool fresh)
        where TColumns : struct, IVectors<TColumns, TLanes>
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
        TColumns s0 = default;
        TColumns s1 = default;
        TColumns s2 = default;
        TColumns s3 = default;
        TColumns s4 = default;
        TColumns s5 = default;
        if (!fresh)
        {
            s0 = TColumns.Load(c, TLanes.Count);
            s1 = TColumns.Load(c1, TLanes.Count);
            s2 = TColumns.Load(c2, TLanes.Count);
            s3 = TColumns.Load(c3, TLanes.Count);
            s4 = TColumns.Load(c4, TLanes.Count);
            s5 = TColumns.Load(c5, TLanes.Count);
        }

        nint end = k * aColumn;
        for (nint i = 0; i < end; i += aColumn, b += bRow)
        {
            TColumns v = TColumns.Load(b, TLanes.Count);
            s0 = TColumns.MultiplyAdd(v, TLanes.Of(a0[i]), s0);
            s1 = TColumns.MultiplyAdd(v, TLanes.Of(a1[i]), s1);
            s2 = TColumns.MultiplyAdd(v, TLanes.Of(a2[i]), s2);
            s3 = TColumns.MultiplyAdd(v, TLanes.Of(a3[i]), s3);
            s4 = TColumns.MultiplyAdd(v, TLanes.Of(a4[i]), s4);
            s5 = TColumns.MultiplyAdd(v, TLanes.Of(a5[i]), s5);
        }

        s0.Store(c, TLanes.Count);
        s1.Store(c1, TLanes.Count);
        s2.Store(c2, TLanes.Count);
        s3.Store(c3, TLanes.Count);
        s4.Store(c4, TLanes.Count);
        s5.Store(c5, TLanes.Count);
    }
}
