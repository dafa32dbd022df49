using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Engines;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Worker;

/// <summary>One partition's range of the gradients that a worker has computed in this step and not pushed yet.</summary>
internal sealed class PartitionGradients
{
    private readonly PartitionRange range;
    private readonly WorkerLinks links;
    private readonly GradientPushPool pushes;
    private readonly GradientTree tree;
    private readonly ShardContribution[] leaf = new ShardContribution[1];
    private readonly Action<TreeNode, SharedBuffer> push;
    private long version;

    public PartitionGradients(PartitionRange range, int shards, WorkerLinks links, GradientPushPool pushes)
    {
        this.range = range;
        this.links = links;
        this.pushes = pushes;
        tree = new GradientTree(shards);
        push = PushNode;
    }

    /// <summary>A buffer of the partition's length with its range of a whole gradient.</summary>
    public SharedBuffer CopyOf(SharedBuffer gradient)
    {
        SharedBuffer part = links.BuffersOf(range.Partition).Rent();
        gradient.Values.Slice(range.Offset, range.Length).CopyTo(part.Floats);
        return part;
    }

    /// <summary>Adds a shard's gradient sum, of the partition's length, and takes over the reference.</summary>
    public void Add(int shard, SharedBuffer sum, GradientResult result)
    {
        leaf[0] = new ShardContribution(shard, result.Count, result.LossSum, result.Correct, sum.Checksum, result.Skipped);
        if (tree.Offer(TreeNode.Leaf(shard), sum, leaf) == TreeOffer.Duplicate)
        {
            sum.Release();
        }
    }

    /// <summary>Sends what is there, as few nodes of the tree as possible.</summary>
    public void Push(long atVersion)
    {
        version = atVersion;
        tree.Drain(push);
    }

    public void Clear() => tree.Clear();

    private void PushNode(TreeNode node, SharedBuffer sum)
    {
        GradientPush message = pushes.Rent();
        message.Version = version;
        message.Node = node;
        message.Gradient = sum;
        for (int shard = node.FirstShard; shard < node.EndShard(tree.Shards); shard++)
        {
            message.Shards.Add(tree.Contributions[shard]);
        }

        links.Push(range.Partition, message);
    }
}
