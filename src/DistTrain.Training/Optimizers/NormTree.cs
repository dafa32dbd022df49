using System.Runtime.Intrinsics;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adds the squares of a vector, in double, in a fixed binary tree over its lines of 16 floats, so that the sum has the same bits
/// however the vector was cut into partitions (which are cut at lines, <see cref="PartitionRange.Split"/>). A partition adds up its range as far as whole
/// nodes go; these, in the order of partitions, go into another tree, which adds the rest.
/// </summary>
/// <remarks>A parent is left + right; one whose right part lies beyond the end is its left part.</remarks>
public sealed class NormTree
{
    /// <summary>Floats in a leaf: a cache line.</summary>
    public const int Line = 16;

    /// <summary>Levels that are added at once where a whole node of that level is there: most of the work.</summary>
    private const int BlockLevel = 4;

    private const int BlockLines = 1 << BlockLevel;

    private readonly List<NormNode> nodes = [];

    /// <summary>What could not be added yet, from left to right. At most two a level.</summary>
    public IReadOnlyList<NormNode> Nodes => nodes;

    /// <summary>The sum of all that was added, from the first line on.</summary>
    public double Sum
    {
        get
        {
            // The end of the vector: what stands last has no right neighbour at any level.
            double sum = 0;
            for (int i = nodes.Count - 1; i >= 0; i--)
            {
                sum = i == nodes.Count - 1 ? nodes[i].Sum : nodes[i].Sum + sum;
            }

            return sum;
        }
    }

    public void Clear() => nodes.Clear();

    /// <summary>Adds the squares of the next range.</summary>
    /// <param name="offset">Of its first value in the whole vector: a multiple of <see cref="Line"/>.</param>
    public void Add(ReadOnlySpan<float> values, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % Line, 0, nameof(offset));
        int line = offset / Line;
        while (values.Length >= Line)
        {
            bool whole = line % BlockLines == 0 && values.Length >= BlockLines * Line;
            Add(whole ? new NormNode(BlockLevel, line / BlockLines, SquaresOfBlock(values)) : new NormNode(0, line, SquaresOfLine(values)));
            int lines = whole ? BlockLines : 1;
            line += lines;
            values = values[(lines * Line)..];
        }

        if (values.Length > 0)
        {
            Span<float> rest = stackalloc float[Line];
            rest.Clear();
            values.CopyTo(rest);
            Add(new NormNode(0, line, SquaresOfLine(rest)));
        }
    }

    /// <summary>Adds the next node, which lies right of all before.</summary>
    public void Add(NormNode node)
    {
        while (node.Index % 2 == 1 && nodes.Count > 0 && nodes[^1].Level == node.Level && nodes[^1].Index == node.Index - 1)
        {
            node = new NormNode(node.Level + 1, node.Index / 2, nodes[^1].Sum + node.Sum);
            nodes.RemoveAt(nodes.Count - 1);
        }

        nodes.Add(node);
    }

    /// <summary>The same additions as line by line.</summary>
    private static double SquaresOfBlock(ReadOnlySpan<float> block)
    {
        Span<double> sums = stackalloc double[BlockLines];
        for (int i = 0; i < BlockLines; i++)
        {
            sums[i] = SquaresOfLine(block.Slice(i * Line, Line));
        }

        for (int count = BlockLines / 2; count > 0; count /= 2)
        {
            for (int i = 0; i < count; i++)
            {
                sums[i] = sums[2 * i] + sums[(2 * i) + 1];
            }
        }

        return sums[0];
    }

    /// <summary>Squares of floats are exact in double; eight sums of two, then halves onto halves, whatever the processor's vectors.</summary>
    private static double SquaresOfLine(ReadOnlySpan<float> line)
    {
        (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(line[..8]));
        (Vector256<double> c, Vector256<double> d) = Vector256.Widen(Vector256.Create(line.Slice(8, 8)));
        Vector256<double> four = ((a * a) + (c * c)) + ((b * b) + (d * d));
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two.GetElement(0) + two.GetElement(1);
    }
}
