using DistTrain.Node.Plane;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>The state of all partitions at one version, as flat vectors of the whole model; moments that the optimizer has not are empty.</summary>
public sealed record WholeState(long Version, float[] Weights, float[] FirstMoment, float[] SecondMoment)
{
    /// <summary>A state whose moments have seen nothing.</summary>
    public static WholeState Begin(long version, float[] weights, Moments moments) =>
        new(version, weights, moments.Zeros(Moments.First, weights.Length), moments.Zeros(Moments.Second, weights.Length));
}

/// <summary>Puts the snapshots of the partitions together, version by version.</summary>
internal sealed class SnapshotAssembly(IReadOnlyList<PartitionRange> ranges) : IDisposable
{
    private readonly SortedDictionary<long, PartitionState?[]> parts = [];

    /// <summary>Takes over one partition's snapshot.</summary>
    public void Add(int partition, PartitionState state)
    {
        if (!parts.TryGetValue(state.Version, out PartitionState?[]? of))
        {
            parts.Add(state.Version, of = new PartitionState?[ranges.Count]);
        }

        of[partition]?.Release();
        of[partition] = state;
    }

    /// <summary>The oldest version if it is whole and not after <paramref name="upTo"/>, taken out; otherwise null.</summary>
    public WholeState? TakeNext(long upTo)
    {
        if (parts.Count == 0)
        {
            return null;
        }

        (long version, PartitionState?[] of) = parts.First();
        if (version > upTo || Array.Exists(of, part => part is null))
        {
            return null;
        }

        parts.Remove(version);
        var whole = WholeState.Begin(version, new float[ranges.Sum(range => range.Length)], of[0]!.Moments);
        for (int k = 0; k < ranges.Count; k++)
        {
            PartitionState part = of[k]!;
            PartitionRange range = ranges[k];
            part.Weights.Values.CopyTo(whole.Weights.AsSpan(range.Offset, range.Length));
            part.FirstMoment?.Values.CopyTo(whole.FirstMoment.AsSpan(range.Offset, range.Length));
            part.SecondMoment?.Values.CopyTo(whole.SecondMoment.AsSpan(range.Offset, range.Length));
            part.Release();
        }

        return whole;
    }

    public void Dispose()
    {
        foreach (PartitionState? part in parts.Values.SelectMany(of => of))
        {
            part?.Release();
        }

        parts.Clear();
    }
}
