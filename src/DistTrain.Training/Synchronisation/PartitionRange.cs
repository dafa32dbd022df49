namespace DistTrain.Training.Synchronisation;

/// <summary>The contiguous range of the flat parameter vector that one parameter server owns.</summary>
public readonly record struct PartitionRange(int Partition, int Offset, int Length)
{
    /// <summary>Splits a vector into ranges whose lengths differ by at most one cache line.</summary>
    public static PartitionRange[] Split(int parameters, int partitions)
    {
        // Whole cache lines of floats, so that no two partitions write to the same one.
        const int line = Buffers.SharedBuffer.Alignment / sizeof(float);
        long lines = (parameters + line - 1) / line;
        var ranges = new PartitionRange[partitions];
        for (int k = 0; k < partitions; k++)
        {
            int start = (int)Math.Min(lines * k / partitions * line, parameters);
            int end = (int)Math.Min(lines * (k + 1) / partitions * line, parameters);
            ranges[k] = new PartitionRange(k, start, end - start);
        }

        return ranges;
    }
}
