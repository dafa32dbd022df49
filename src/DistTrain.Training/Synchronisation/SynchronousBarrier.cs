using DistTrain.Training.Buffers;

namespace DistTrain.Training.Synchronisation;

/// <summary>What a partition does with a push.</summary>
public enum PushOutcome
{
    /// <summary>Taken; the step still lacks other shards.</summary>
    Accepted,

    /// <summary>Taken, and every shard is there now.</summary>
    Completed,

    /// <summary>Its shards are there already, or its version is past: nothing changed.</summary>
    Redundant,

    /// <summary>It cannot belong to this run: a version not yet given out, or leaves that do not fit the node.</summary>
    Malformed,
}

/// <summary>
/// The synchronous rule of one partition: version v moves to v + 1 when the gradient of every shard at v is in, no
/// matter from whom. Decides and keeps the sums; applying the optimizer is the caller's.
/// </summary>
/// <remarks>
/// Membership plays no part here. A late push of a worker that was given up carries the very bits that its
/// successor would send, so whichever comes first is taken and the other one changes nothing.
/// </remarks>
public sealed class SynchronousBarrier(int shards, long version, long finishAt)
{
    private readonly GradientTree tree = new(shards);
    private bool held;

    /// <summary>Number of updates applied so far.</summary>
    public long Version { get; private set; } = version;

    /// <summary>The version that the partition stops at.</summary>
    public long FinishAt { get; private set; } = finishAt;

    /// <summary>The sums of the step that is under way.</summary>
    public GradientTree Tree => tree;

    public bool IsFinished => Version >= FinishAt;

    /// <summary>Whether the next update may be applied now.</summary>
    public bool CanApply => tree.IsComplete && !held && !IsFinished;

    /// <summary>Offers a push; when it is taken, so is the reference to its gradient.</summary>
    public PushOutcome Offer(long pushVersion, TreeNode node, SharedBuffer gradient, IReadOnlyList<ShardContribution> leaves, int contributor)
    {
        if (pushVersion < Version || (pushVersion == Version && IsFinished))
        {
            return PushOutcome.Redundant;
        }

        if (pushVersion > Version || !tree.IsWellFormed(node, leaves))
        {
            return PushOutcome.Malformed;
        }

        if (tree.Offer(node, gradient, leaves, contributor) == TreeOffer.Duplicate)
        {
            return PushOutcome.Redundant;
        }

        return tree.IsComplete ? PushOutcome.Completed : PushOutcome.Accepted;
    }

    /// <summary>The update was applied: on to the next version.</summary>
    public void Advance()
    {
        if (!CanApply)
        {
            throw new InvalidOperationException("There is no complete step to apply.");
        }

        tree.Clear();
        Version++;
    }

    /// <summary>Applies nothing more until <see cref="StopAt"/>, so that all partitions can agree on a last version.</summary>
    public long Hold()
    {
        held = true;
        return Version;
    }

    /// <summary>Goes on, but only to this version.</summary>
    public void StopAt(long last)
    {
        FinishAt = Math.Min(FinishAt, last);
        held = false;
    }

    /// <summary>Shards whose gradient the current step lacks.</summary>
    public IReadOnlyList<int> MissingShards() => [.. Enumerable.Range(0, shards).Where(shard => !tree.Holds(shard))];
}
