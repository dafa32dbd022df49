using System.Numerics.Tensors;
using DistTrain.Training.Buffers;

namespace DistTrain.Training.Synchronisation;

/// <summary>What became of a node that was offered to a <see cref="GradientTree"/>.</summary>
public enum TreeOffer
{
    /// <summary>Taken, and added up as far as its siblings allow.</summary>
    Accepted,

    /// <summary>Its shards are already in the tree; nothing changed.</summary>
    Duplicate,
}

/// <summary>
/// Adds gradient sums in the fixed binary tree over shard numbers, whatever the order and grouping they arrive in.
/// </summary>
/// <remarks>
/// A parent is left + right, once, in float32. Since every node is either computed whole by one worker in this same
/// way or put together here, the root has the same bits for any assignment of shards to workers, any order of
/// arrival and any number of repetitions. Used by a worker to add up what it holds, and by a partition to complete
/// the step. Nodes are added as soon as both are there, while other gradients are still on their way; but what is left to add when
/// the last one arrives stays a <see cref="PendingSum"/>, since whoever waits for it can add as it goes.
/// </remarks>
public sealed class GradientTree
{
    private readonly SharedBuffer?[][] sums;
    private readonly ShardContribution[] contributions;
    private readonly int[] contributors;
    private readonly PendingSum root;

    public GradientTree(int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        Shards = shards;
        int levels = 1;
        while (1 << (levels - 1) < shards)
        {
            levels++;
        }

        sums = new SharedBuffer?[levels][];
        for (int level = 0; level < levels; level++)
        {
            sums[level] = new SharedBuffer?[(shards + (1 << level) - 1) >> level];
        }

        contributions = new ShardContribution[shards];
        contributors = new int[shards];
        root = new PendingSum(levels);
    }

    public int Shards { get; }

    public TreeNode Root => new(sums.Length - 1, 0);

    /// <summary>Whether every shard's gradient is in the root.</summary>
    public bool IsComplete => root.Terms.Length > 0;

    /// <summary>The sum over all shards, of which the last additions have not been made; still owned by the tree.</summary>
    public PendingSum RootTerms => IsComplete ? root : throw new InvalidOperationException("The tree is not complete.");

    /// <summary>The sum over all shards as one vector, still owned by the tree: makes the last additions.</summary>
    public SharedBuffer AddUp() => RootTerms.AddUp();

    /// <summary>What each shard gave, by shard number. Meaningful for the shards that are in the tree.</summary>
    public ReadOnlySpan<ShardContribution> Contributions => contributions;

    /// <summary>A number that the caller gave with each offer (who it came from), by shard.</summary>
    public ReadOnlySpan<int> Contributors => contributors;

    /// <summary>Whether the shard's gradient is in the tree.</summary>
    public bool Holds(int shard) => IsCovered(TreeNode.Leaf(shard));

    /// <summary>Whether a node of these shards could stand in this tree, with exactly these leaves.</summary>
    public bool IsWellFormed(TreeNode node, IReadOnlyList<ShardContribution> leaves)
    {
        if (node.Level < 0 || node.Level >= sums.Length || node.Index < 0 || node.Index >= sums[node.Level].Length)
        {
            return false;
        }

        int first = node.FirstShard;
        if (leaves.Count != node.EndShard(Shards) - first)
        {
            return false;
        }

        for (int i = 0; i < leaves.Count; i++)
        {
            if (leaves[i].Shard != first + i || leaves[i].Samples < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Offers a node's sum. When it is accepted the tree takes over the caller's reference; a duplicate stays the caller's.
    /// </summary>
    /// <param name="leaves">One entry for each shard under the node, ascending; see <see cref="IsWellFormed"/>.</param>
    /// <param name="contributor">Kept for each of the leaves.</param>
    public TreeOffer Offer(TreeNode node, SharedBuffer sum, IReadOnlyList<ShardContribution> leaves, int contributor = 0)
    {
        if (IsCovered(node))
        {
            return TreeOffer.Duplicate;
        }

        ReleaseUnder(node);
        for (int i = 0; i < leaves.Count; i++)
        {
            contributions[leaves[i].Shard] = leaves[i];
            contributors[leaves[i].Shard] = contributor;
        }

        sums[node.Level][node.Index] = sum;
        AddUpwards(node);
        return TreeOffer.Accepted;
    }

    /// <summary>Takes the largest nodes that are there out of the tree, in ascending order of shards, and empties it.</summary>
    /// <param name="take">Receives each node and the reference to its sum.</param>
    public void Drain(Action<TreeNode, SharedBuffer> take)
    {
        if (IsComplete)
        {
            SharedBuffer whole = root.AddUp();
            root.Forget();
            take(Root, whole);
            return;
        }

        int shard = 0;
        while (shard < Shards)
        {
            TreeNode? top = TopNodeAt(shard);
            if (top is { } node)
            {
                SharedBuffer sum = sums[node.Level][node.Index]!;
                sums[node.Level][node.Index] = null;
                shard = node.EndShard(Shards);
                take(node, sum);
            }
            else
            {
                shard++;
            }
        }
    }

    /// <summary>Empties the tree for the next step.</summary>
    public void Clear()
    {
        root.Release();
        foreach (SharedBuffer?[] level in sums)
        {
            for (int i = 0; i < level.Length; i++)
            {
                level[i]?.Release();
                level[i] = null;
            }
        }
    }

    private TreeNode? TopNodeAt(int shard)
    {
        for (int level = sums.Length - 1; level >= 0; level--)
        {
            if (shard == (shard >> level) << level && sums[level][shard >> level] is not null)
            {
                return new TreeNode(level, shard >> level);
            }
        }

        return null;
    }

    private bool IsCovered(TreeNode node)
    {
        if (IsComplete)
        {
            return true;
        }

        for (TreeNode at = node; at.Level < sums.Length; at = at.Parent)
        {
            if (sums[at.Level][at.Index] is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A larger node replaces the parts of it that came before: the same bits, added elsewhere.</summary>
    private void ReleaseUnder(TreeNode node)
    {
        for (int level = 0; level < node.Level; level++)
        {
            int first = node.FirstShard >> level;
            int end = Math.Min((node.Index + 1) << (node.Level - level), sums[level].Length);
            for (int i = first; i < end; i++)
            {
                sums[level][i]?.Release();
                sums[level][i] = null;
            }
        }
    }

    private void AddUpwards(TreeNode node)
    {
        if (Completes(node))
        {
            TakeToRoot(node);
            return;
        }

        while (Sibling(node) is var (exists, other) && (!exists || other is not null))
        {
            SharedBuffer sum = sums[node.Level][node.Index]!;
            if (other is not null)
            {
                // Float addition commutes, so it does not matter which of the two was there first.
                TensorPrimitives.Add(sum.Values, other.Values, sum.Floats);
                sums[node.Level][node.Sibling.Index] = null;
                other.Release();
            }

            sums[node.Level][node.Index] = null;
            node = node.Parent;
            sums[node.Level][node.Index] = sum;
        }
    }

    /// <summary>Whether all else is there, so that this node is the last one.</summary>
    private bool Completes(TreeNode node)
    {
        for (; node.Level < sums.Length - 1; node = node.Parent)
        {
            if (Sibling(node) is (true, null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The way up from the last node: the sum of itself and of each sibling on the way, in this order.</summary>
    private void TakeToRoot(TreeNode node)
    {
        root.Add(sums[node.Level][node.Index]!);
        sums[node.Level][node.Index] = null;
        for (; node.Level < sums.Length - 1; node = node.Parent)
        {
            if (Sibling(node).Sum is { } other)
            {
                root.Add(other);
                sums[node.Level][node.Sibling.Index] = null;
            }
        }
    }

    private (bool Exists, SharedBuffer? Sum) Sibling(TreeNode node) =>
        node.Sibling.Exists(Shards) ? (true, sums[node.Level][node.Sibling.Index]) : (false, null);
}
