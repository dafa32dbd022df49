using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// C += A B, or C = A B, for matrices of any size. Each element of C adds its products in the order of the inner index, and rounds once a product,
/// whatever the width of a vector.
/// </summary>
internal static unsafe class MatrixProduct<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    public const int TileRows = 6;

    /// <summary>Which columns of A there are.</summary>
    private interface IColumnsOfA
    {
        static abstract nint Number(int* list, nint i);
    }

    /// <summary>Columns of a narrow tile.</summary>
    public static int TileColumns => 2 * TLanes.Count;

    private static int WideTileColumns => 4 * TLanes.Count;

    /// <summary>Computes what some rows of A contribute.</summary>
    public static void Run(in MatrixOperands operands, int first, int count)
    {
        if (operands.ColumnsOfA == null)
        {
            Run<EveryColumn>(operands, first, first + count);
        }
        else
        {
            Run<ListedColumns>(operands, first, first + count);
        }
    }

    private static void Run<TColumnsOfA>(in MatrixOperands p, int begin, int end)
        where TColumnsOfA : struct, IColumnsOfA
    {
        float* edge = stackalloc float[TileRows * 2 * Block.Samples];
        int column = 0;

        // Columns outside: a tile's columns of B stay in the nearest cache while A streams by.
        for (; TLanes.Registers >= 32 && column + WideTileColumns <= p.Columns; column += WideTileColumns)
        {
            for (int row = begin; row < end; row += TileRows)
            {
                Tile<Four<TLanes>, TColumnsOfA>(p, row, Math.Min(TileRows, end - row), column, p.C + column, p.CRow, p.RowsOfC);
            }
        }

        for (; column < p.Columns; column += TileColumns)
        {
            int columns = Math.Min(TileColumns, p.Columns - column);
            for (int row = begin; row < end; row += TileRows)
            {
                int rows = Math.Min(TileRows, end - row);
                if (columns == TileColumns)
                {
                    Tile<Two<TLanes>, TColumnsOfA>(p, row, rows, column, p.C + column, p.CRow, p.RowsOfC);
                }
                else
                {
                    Narrower<TColumnsOfA>(p, row, rows, column, columns, edge);
                }
            }
        }
    }

    /// <summary>What is left of C's columns is narrower than a tile, which goes elsewhere.</summary>
    /// <param name="tile">Room for one.</param>
    private static void Narrower<TColumnsOfA>(in MatrixOperands p, int first, int rows, int column, int columns, float* tile)
        where TColumnsOfA : struct, IColumnsOfA
    {
        for (int row = 0; row < rows && !p.Fresh; row++)
        {
            float* from = p.C + (Number(p.RowsOfC, first + row) * p.CRow) + column;
            new ReadOnlySpan<float>(from, columns).CopyTo(new Span<float>(tile + (row * TileColumns), columns));
        }

        // Its rows are numbered as those of A are.
        Tile<Two<TLanes>, TColumnsOfA>(p, first, rows, column, tile - ((nint)first * TileColumns), TileColumns, null);
        for (int row = 0; row < rows; row++)
        {
            float* to = p.C + (Number(p.RowsOfC, first + row) * p.CRow) + column;
            new ReadOnlySpan<float>(tile + (row * TileColumns), columns).CopyTo(new Span<float>(to, columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Number(int* list, nint i) => list == null ? i : list[i];

    /// <summary>
    /// Up to six rows and some vectors of columns: two vectors of B, one element of A and twelve sums fill sixteen registers;
    /// four, one and twenty-four fill thirty-two. Rows beyond the last are the last one over again, and store the same.
    /// </summary>
    /// <param name="c">The first column's, of row 0.</param>
    /// <param name="rowsOfC">As in <see cref="MatrixOperands.RowsOfC"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TColumns, TColumnsOfA>(in MatrixOperands p, nint first, int rows, int column, float* c, nint cRow, int* rowsOfC)
        where TColumns : struct, IVectors<TColumns, TLanes>
        where TColumnsOfA : struct, IColumnsOfA
    {
        nint last = rows - 1;
        float* a0 = p.A + (first * p.ARow);
        float* a1 = a0 + (Math.Min(1, last) * p.ARow);
        float* a2 = a0 + (Math.Min(2, last) * p.ARow);
        float* a3 = a0 + (Math.Min(3, last) * p.ARow);
        float* a4 = a0 + (Math.Min(4, last) * p.ARow);
        float* a5 = a0 + (last * p.ARow);
        float* c0 = c + (Number(rowsOfC, first) * cRow);
        float* c1 = c + (Number(rowsOfC, first + Math.Min(1, last)) * cRow);
        float* c2 = c + (Number(rowsOfC, first + Math.Min(2, last)) * cRow);
        float* c3 = c + (Number(rowsOfC, first + Math.Min(3, last)) * cRow);
        float* c4 = c + (Number(rowsOfC, first + Math.Min(4, last)) * cRow);
        float* c5 = c + (Number(rowsOfC, first + last) * cRow);
        TColumns s0 = default;
        TColumns s1 = default;
        TColumns s2 = default;
        TColumns s3 = default;
        TColumns s4 = default;
        TColumns s5 = default;
        if (!p.Fresh)
        {
            s0 = TColumns.Load(c0, TLanes.Count);
            s1 = TColumns.Load(c1, TLanes.Count);
            s2 = TColumns.Load(c2, TLanes.Count);
            s3 = TColumns.Load(c3, TLanes.Count);
            s4 = TColumns.Load(c4, TLanes.Count);
            s5 = TColumns.Load(c5, TLanes.Count);
        }

        float* b = p.B + column;
        nint bRow = p.BRow;
        int* list = p.ColumnsOfA;
        nint aColumn = p.AColumn;
        nint inner = p.Inner;
        for (nint i = 0; i < inner; i++, b += bRow)
        {
            nint at = TColumnsOfA.Number(list, i) * aColumn;
            TColumns v = TColumns.Load(b, TLanes.Count);
            s0 = TColumns.MultiplyAdd(v, TLanes.Of(a0[at]), s0);
            s1 = TColumns.MultiplyAdd(v, TLanes.Of(a1[at]), s1);
            s2 = TColumns.MultiplyAdd(v, TLanes.Of(a2[at]), s2);
            s3 = TColumns.MultiplyAdd(v, TLanes.Of(a3[at]), s3);
            s4 = TColumns.MultiplyAdd(v, TLanes.Of(a4[at]), s4);
            s5 = TColumns.MultiplyAdd(v, TLanes.Of(a5[at]), s5);
        }

        s0.Store(c0, TLanes.Count);
        s1.Store(c1, TLanes.Count);
        s2.Store(c2, TLanes.Count);
        s3.Store(c3, TLanes.Count);
        s4.Store(c4, TLanes.Count);
        s5.Store(c5, TLanes.Count);
    }

    /// <summary>The first ones.</summary>
    private readonly struct EveryColumn : IColumnsOfA
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static nint Number(int* list, nint i) => i;
    }

    /// <summary>Those of the list.</summary>
    private readonly struct ListedColumns : IColumnsOfA
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static nint Number(int* list, nint i) => list[i];
    }
}
