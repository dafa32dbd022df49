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
    private MatrixOperands operands;
    private int rowsOfGroup;

    public MatrixParts() => groups = new SharableParts(Compute);

    /// <summary>How many groups there are.</summary>
    public int Groups { get; private set; }

    /// <summary>Computes a product.</summary>
    /// <param name="sharing">Null for the calling thread alone.</param>
    public void Run(in MatrixOperands product, IWorkSharing? sharing)
    {
        Begin(product);
        groups.Run(Groups, sharing);
    }

    /// <summary>Divides a product, of which each group is to be <see cref="Compute">computed</see>.</summary>
    public void Begin(in MatrixOperands product)
    {
        operands = product;
        int wanted = (int)Math.Max(1, (long)product.Rows * product.Columns * product.Inner / ProductsOfGroup);
        rowsOfGroup = WholeTiles(Math.Max(1, (product.Rows + wanted - 1) / wanted));
        Groups = (product.Rows + rowsOfGroup - 1) / rowsOfGroup;
    }

    public void Compute(int group)
    {
        int first = group * rowsOfGroup;
        MatrixProduct<TLanes>.Run(operands, first, Math.Min(rowsOfGroup, operands.Rows - first));
    }

    private static int WholeTiles(int rows) => (rows + MatrixProduct<TLanes>.TileRows - 1) / MatrixProduct<TLanes>.TileRows * MatrixProduct<TLanes>.TileRows;
}
