namespace DistTrain.Training.Synchronisation;

/// <summary>
/// A node of the fixed binary tree over shard numbers: <see cref="Level"/> 0 are the shards, and node i of level l
/// covers the shards from i * 2^l up to, not including, (i + 1) * 2^l, as far as they exist.
/// </summary>
public readonly record struct TreeNode(int Level, int Index)
{
    public static TreeNode Leaf(int shard) => new(0, shard);

    public TreeNode Parent => new(Level + 1, Index >> 1);

    public TreeNode Sibling => new(Level, Index ^ 1);

    /// <summary>Number of its first shard.</summary>
    public int FirstShard => Index << Level;

    /// <summary>One past its last shard, of <paramref name="shards"/> in all.</summary>
    public int EndShard(int shards) => Math.Min((Index + 1) << Level, shards);

    public bool Exists(int shards) => FirstShard < shards;

    /// <summary>Whether this node is <paramref name="other"/> or stands above it.</summary>
    public bool Covers(TreeNode other) => other.Level <= Level && other.Index >> (Level - other.Level) == Index;

    public override string ToString() => $"{Level}/{Index}";
}
