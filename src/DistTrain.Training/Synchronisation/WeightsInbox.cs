using DistTrain.Training.Buffers;

namespace DistTrain.Training.Synchronisation;

/// <summary>
/// The weights that reached a worker and that it has not taken yet: for each partition the newest two versions. Two
/// are enough, because partitions are never more than one version apart; more would pile up in front of a slow worker.
/// </summary>
public sealed class WeightsInbox(int partitions)
{
    private readonly (long Version, SharedBuffer Weights)?[] newest = new (long, SharedBuffer)?[partitions];
    private readonly (long Version, SharedBuffer Weights)?[] before = new (long, SharedBuffer)?[partitions];
    private readonly Lock guard = new();
    private bool announced;

    /// <summary>
    /// Adds weights and takes over the reference. Versions may come in another order than they were given out: those in shared memory need not
    /// wait for those in a socket.
    /// </summary>
    /// <returns>Whether the worker has to be told: false while an earlier announcement is still unanswered.</returns>
    public bool Add(int partition, long version, SharedBuffer weights)
    {
        SharedBuffer? dropped;
        bool announce;
        lock (guard)
        {
            dropped = Keep(partition, version, weights);
            announce = !announced;
            announced = true;
        }

        dropped?.Release();
        return announce;
    }

    /// <summary>Hands over all that is there, older before newer, each with its reference.</summary>
    public void TakeAll(Action<int, long, SharedBuffer> take)
    {
        lock (guard)
        {
            announced = false;
            for (int k = 0; k < newest.Length; k++)
            {
                Take(before, k, take);
                Take(newest, k, take);
            }
        }
    }

    /// <summary>Releases all that is there.</summary>
    public void Clear() => TakeAll((_, _, weights) => weights.Release());

    /// <returns>What is older than two others.</returns>
    private SharedBuffer? Keep(int partition, long version, SharedBuffer weights)
    {
        SharedBuffer? dropped = before[partition]?.Weights;
        if (!(version < newest[partition]?.Version))
        {
            before[partition] = newest[partition];
            newest[partition] = (version, weights);
        }
        else if (!(version < before[partition]?.Version))
        {
            before[partition] = (version, weights);
        }
        else
        {
            dropped = weights;
        }

        return dropped;
    }

    private static void Take((long Version, SharedBuffer Weights)?[] from, int partition, Action<int, long, SharedBuffer> take)
    {
        if (from[partition] is { } entry)
        {
            from[partition] = null;
            take(partition, entry.Version, entry.Weights);
        }
    }
}
