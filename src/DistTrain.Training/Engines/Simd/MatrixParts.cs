using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;
using DistTrain.Training.Sharing;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Matrix products by groups of rows of the result, some of which idle threads may take. An element is the sum of the same products in the same
/// order, whatever group it is in.
/// </summary>
internal sealed unsafe class MatrixParts<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    // Some 12 us of one core. Whoever takes a group has to fetch what it is made of, which takes a few.
    private const long ProductsOfGroup = 1_500_000;

    private readonly SharableParts groups;
    private Operands operands;
    private int rowsOfGroup;

    public MatrixParts() => groups = new SharableParts(Compute);

    /// <summary>How many groups there are.</summary>
    public int Groups { get; private set; }

    /// <summary>Computes a product.</summary>
    /// <param name="sharing">Null for the calling thread alone.</param>
    public void Run(in Operands product, IWorkSharing? sharing)
    {
        Begin(product);
        groups.Run(Groups, sharing);
    }

    /// <summary>Divides a product, of which each group is to be <see cref="Compute">computed</see>.</summary>
    public void Begin(in Operands product)
    {
        operands = product;
        long wanted = Math.Max(1, (long)product.Rows * product.Columns * product.Inner / ProductsOfGroup);
        int rows = (int)((product.Rows + wanted - 1) / wanted);
        rowsOfGroup = (rows + MatrixProduct<TLanes>.TileRows - 1) / MatrixProduct<TLanes>.TileRows * MatrixProduct<TLanes>.TileRows;
        Groups = (product.Rows + rowsOfGroup - 1) / rowsOfGroup;
    }

    public void Compute(int group)
    {
        Operands p = operands;
        nint first = (nint)group * rowsOfGroup;
        int rows = Math.Min(rowsOfGroup, p.Rows - (int)first);
        float* a = p.A + (first * p.ARow);
        float* c = p.C + (first * p.CRow);
        if (p.Fresh)
        {
            MatrixProduct<TLanes>.Set(a, p.ARow, p.AColumn, p.B, p.BRow, c, p.CRow, rows, p.Columns, p.Inner);
        }
        else
        {
            MatrixProduct<TLanes>.Add(a, p.ARow, p.AColumn, p.B, p.BRow, c, p.CRow, rows, p.Columns, p.Inner);
        }
    }

    /// <summary>Of C += A B, or of C = A B, as <see cref="MatrixProduct{TLanes}"/> takes them.</summary>
    public struct Operands
    {
        /// <summary>Rows x inner.</summary>
        public float* A;

        /// <summary>Floats from row to row of A.</summary>
        public nint ARow;

        /// <summary>Floats from column to column of A.</summary>
        public nint AColumn;

        /// <summary>Inner x columns.</summary>
        public float* B;
        public nint BRow;

        /// <summary>Rows x columns.</summary>
        public float* C;
        public nint CRow;
        public int Rows;
        public int Columns;
        public int Inner;

        /// <summary>C = A B.</summary>
        public bool Fresh;
    }
}
