namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Operands of C += A B, or of C = A B. A is read one element at a time, by two strides, so that it may be transposed; rows of B and C are contiguous. Where rows of A, or of B, are zeros it is
/// enough to have the others: what they are multiplied by, or go to, is listed.
/// </summary>
internal unsafe struct MatrixOperands
{
    /// <summary>Rows x inner.</summary>
    public float* A;

    /// <summary>Floats from row to row of A.</summary>
    public nint ARow;

    /// <summary>Floats from column to column of A.</summary>
    public nint AColumn;

    /// <summary>Inner x columns. Rows must be readable up to the next multiple of <see cref="MatrixProduct{TLanes}.TileColumns"/>.</summary>
    public float* B;
    public nint BRow;

    /// <summary>Rows x columns.</summary>
    public float* C;
    public nint CRow;
    public int Rows;
    public int Columns;
    public int Inner;

    /// <summary>Which rows of C those of A go to; null for the first ones. Others stay as they are.</summary>
    public int* RowsOfC;

    /// <summary>Which columns of A meet the rows of B, in ascending order; null for the first ones.</summary>
    public int* ColumnsOfA;

    /// <summary>C = A B: the bits of C += A B onto zeros, without writing and reading those.</summary>
    public bool Fresh;
}
