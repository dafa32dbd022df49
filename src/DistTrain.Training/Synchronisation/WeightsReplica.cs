using DistTrain.Training.Buffers;

namespace DistTrain.Training.Synchronisation;

/// <summary>
/// The weights that a worker computes with, put together from all partitions. While partition 0 is already at v + 1 and
/// partition 1 is still at v, version v must stay whole: it may be needed for a shard that another worker lost. So
/// there are two vectors, for even and odd versions. What a single partition gives is a whole vector, and is kept as it
/// is instead of being copied.
/// </summary>
public sealed class WeightsReplica : IDisposable
{
    private readonly IReadOnlyList<PartitionRange> ranges;
    private readonly SharedBuffer?[] slots = new SharedBuffer?[2];
    private readonly long[][] versions;

    public WeightsReplica(IReadOnlyList<PartitionRange> ranges)
    {
        this.ranges = ranges;
        if (ranges.Count > 1)
        {
            var pool = new BufferPool(ranges.Sum(range => range.Length));
            slots = [pool.Rent(), pool.Rent()];
        }

        versions = [new long[ranges.Count], new long[ranges.Count]];
        Forget();
    }

    /// <summary>The newest version that all partitions gave, or -1.</summary>
    public long Version { get; private set; } = -1;

    /// <summary>The whole vector at <see cref="Version"/>.</summary>
    public ReadOnlySpan<float> Weights => slots[Version & 1]!.Values;

    /// <summary>Takes one partition's range in, and the reference over.</summary>
    /// <returns>Whether <see cref="Version"/> rose.</returns>
    public bool Store(int partition, long version, SharedBuffer weights)
    {
        if (version <= versions[version & 1][partition])
        {
            weights.Release();
            return false;
        }

        Keep(ranges[partition], ref slots[version & 1], weights);
        versions[version & 1][partition] = version;
        if (version > Version && IsWhole(version))
        {
            Version = version;
            return true;
        }

        // A version two ahead that is not whole yet has torn the one in use.
        if (Version >= 0 && !IsWhole(Version))
        {
            Version = -1;
        }

        return false;
    }

    /// <summary>
    /// When no version is whole and the partitions are one apart, the partition and version that would make the older one whole.
    /// </summary>
    public (int Partition, long Version)? Lacking()
    {
        if (Version >= 0)
        {
            return null;
        }

        long oldest = Enumerable.Range(0, ranges.Count).Min(Newest);
        if (oldest < 0)
        {
            return null;
        }

        int lacking = Enumerable.Range(0, ranges.Count).FirstOrDefault(k => versions[oldest & 1][k] != oldest, -1);
        return lacking < 0 ? null : (lacking, oldest);
    }

    /// <summary>Forgets every version and gives its buffers back.</summary>
    public void Dispose()
    {
        Forget();
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i]?.Release();
            slots[i] = null;
        }
    }

    private void Forget()
    {
        versions[0].AsSpan().Fill(-1);
        versions[1].AsSpan().Fill(-1);
        Version = -1;
    }

    private void Keep(PartitionRange range, ref SharedBuffer? slot, SharedBuffer weights)
    {
        if (ranges.Count == 1)
        {
            slot?.Release();
            slot = weights;
        }
        else
        {
            weights.Values.CopyTo(slot!.Floats.Slice(range.Offset, range.Length));
            weights.Release();
        }
    }

    // Every step asks: not with a lambda, which would be an object each time, nor by a vectorised search of a span, which takes 8 ms to compile and looks at a number or two.
    private bool IsWhole(long version)
    {
        foreach (long held in versions[version & 1])
        {
            if (held != version)
            {
                return false;
            }
        }

        return true;
    }

    private long Newest(int partition) => Math.Max(versions[0][partition], versions[1][partition]);
}
