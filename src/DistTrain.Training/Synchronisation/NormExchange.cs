using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Synchronisation;

/// <summary>
/// What one partition knows of the squares of a step's gradient: its own range's, and what the others told of theirs. Once all are there, each partition
/// adds them in one order and comes to the same bits. Decides and keeps; sending is the caller's.
/// </summary>
/// <remarks>
/// Partitions differ by at most one version, so two steps are kept, by even and odd: who is ahead can still tell its share of the step before
/// to one that lost it.
/// </remarks>
public sealed class NormExchange(int partition, int partitions)
{
    private readonly NormTree whole = new();
    private readonly Step[] steps = [new(partitions), new(partitions)];

    /// <summary>This partition's share of a step; null if it has not been given or is too old.</summary>
    public IReadOnlyList<NormNode>? Own(long version) => At(version)?.Shares[partition];

    /// <summary>Takes a partition's share of the update that makes a version; one that is there already, or of an older step, changes nothing.</summary>
    public void Take(int from, long version, IReadOnlyList<NormNode> share)
    {
        Step step = steps[version & 1];
        if (version > step.Version)
        {
            step.Begin(version);
        }

        if (version == step.Version)
        {
            step.Shares[from] ??= share;
        }
    }

    /// <summary>The squares of the whole gradient of a step; null while shares are lacking.</summary>
    public double? Squares(long version)
    {
        if (At(version) is not { } step || Array.Exists(step.Shares, share => share is null))
        {
            return null;
        }

        whole.Clear();
        foreach (IReadOnlyList<NormNode>? share in step.Shares)
        {
            foreach (NormNode node in share!)
            {
                whole.Add(node);
            }
        }

        return whole.Sum;
    }

    /// <summary>The partitions whose shares a step lacks.</summary>
    public IReadOnlyList<int> Lacking(long version) =>
        [.. Enumerable.Range(0, partitions).Where(other => other != partition && At(version)?.Shares[other] is null)];

    private Step? At(long version) => steps[version & 1] is { } step && step.Version == version ? step : null;

    private sealed class Step(int partitions)
    {
        public long Version { get; private set; }

        public IReadOnlyList<NormNode>?[] Shares { get; } = new IReadOnlyList<NormNode>?[partitions];

        public void Begin(long version)
        {
            Version = version;
            Array.Clear(Shares);
        }
    }
}
