using CsCheck;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Synchronisation;

public class GradientTreeTests
{
    private const int Length = 33;

    /// <summary>The sum as the definition has it: recursion over halves of the index space.</summary>
    private static float[] Defined(TreeNode node, int shards, Func<int, float[]> leaf)
    {
        if (node.Level == 0)
        {
            return leaf(node.Index);
        }

        var left = new TreeNode(node.Level - 1, node.Index * 2);
        var right = left.Sibling;
        float[] sum = Defined(left, shards, leaf);
        if (!right.Exists(shards))
        {
            return sum;
        }

        float[] other = Defined(right, shards, leaf);
        return [.. sum.Zip(other, (a, b) => a + b)];
    }

    private static float[] Leaf(int seed, int shard)
    {
        var random = new Random(HashCode.Combine(seed, shard));

        // Magnitudes far apart, so that any other order of additions shows in the bits.
        return [.. Enumerable.Range(0, Length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 5))))];
    }

    private static ShardContribution[] Leaves(TreeNode node, int shards) =>
        [.. Enumerable.Range(node.FirstShard, node.EndShard(shards) - node.FirstShard).Select(shard => new ShardContribution(shard, 1, shard, 0, 0))];

    private static IEnumerable<TreeNode> AllNodes(int shards)
    {
        TreeNode root = new GradientTree(shards).Root;
        for (int level = 0; level <= root.Level; level++)
        {
            for (int i = 0; new TreeNode(level, i).Exists(shards); i++)
            {
                yield return new TreeNode(level, i);
            }
        }
    }

    [Fact]
    public void Root_after_any_covering_offers_in_any_order_with_repeats_is_the_same_bits() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int, Gen.Int).Sample((shards, seed, order) =>
        {
            var pool = new BufferPool(Length);
            var random = new Random(order);
            List<TreeNode> nodes = [.. AllNodes(shards)];

            // Any nodes, some twice, then every leaf, so that the root is covered in the end.
            List<TreeNode> offers = [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => nodes[random.Next(nodes.Count)])];
            offers.AddRange(Enumerable.Range(0, shards).OrderBy(_ => random.Next()).Select(TreeNode.Leaf));
            var tree = new GradientTree(shards);
            foreach (TreeNode node in offers)
            {
                SharedBuffer sum = pool.Rent();
                Defined(node, shards, shard => Leaf(seed, shard)).CopyTo(sum.Floats);
                if (tree.Offer(node, sum, Leaves(node, shards)) == TreeOffer.Duplicate)
                {
                    sum.Release();
                }
            }

            Assert.True(tree.IsComplete);
            float[] expected = Defined(tree.Root, shards, shard => Leaf(seed, shard));
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), tree.AddUp().Floats.ToArray().Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(Enumerable.Range(0, shards), tree.Contributions.ToArray().Select(given => given.Shard));
            tree.Clear();

            // Every buffer is back: the pool can give out all that it ever made.
            int made = pool.Created;
            for (int i = 0; i < made; i++)
            {
                pool.Rent();
            }

            Assert.Equal(made, pool.Created);
        });

    [Fact]
    public void Drained_nodes_offered_elsewhere_give_the_root_that_one_worker_would_get() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int, Gen.Int[1, 5]).Sample((shards, seed, workers) =>
        {
            var pool = new BufferPool(Length);
            var random = new Random(seed);
            int[] owners = [.. Enumerable.Range(0, shards).Select(_ => random.Next(workers))];
            var server = new GradientTree(shards);
            int pushes = 0;
            for (int worker = 0; worker < workers; worker++)
            {
                var held = new GradientTree(shards);
                foreach (int shard in Enumerable.Range(0, shards).Where(shard => owners[shard] == worker))
                {
                    SharedBuffer sum = pool.Rent();
                    Leaf(seed, shard).CopyTo(sum.Floats);
                    held.Offer(TreeNode.Leaf(shard), sum, Leaves(TreeNode.Leaf(shard), shards));
                }

                held.Drain((node, sum) =>
                {
                    pushes++;
                    Assert.Equal(TreeOffer.Accepted, server.Offer(node, sum, Leaves(node, shards)));
                });
                Assert.False(held.IsComplete);
            }

            Assert.True(server.IsComplete);
            Assert.True(workers > 1 || pushes == 1);
            float[] expected = Defined(server.Root, shards, shard => Leaf(seed, shard));
            Assert.Equal(expected, server.AddUp().Floats.ToArray());
        });

    [Fact]
    public void IsWellFormed_node_outside_the_tree_or_other_leaves_is_false()
    {
        var tree = new GradientTree(5);
        var node = new TreeNode(1, 1);
        Assert.True(tree.IsWellFormed(node, Leaves(node, 5)));
        Assert.True(tree.IsWellFormed(new TreeNode(2, 1), Leaves(new TreeNode(2, 1), 5)));
        Assert.False(tree.IsWellFormed(node, Leaves(new TreeNode(1, 0), 5)));
        Assert.False(tree.IsWellFormed(node, []));
        Assert.False(tree.IsWellFormed(new TreeNode(4, 0), Leaves(new TreeNode(3, 0), 5)));
        Assert.False(tree.IsWellFormed(new TreeNode(0, 5), [new ShardContribution(5, 1, 0, 0, 0)]));
        Assert.False(tree.IsWellFormed(new TreeNode(0, -1), []));
        Assert.False(tree.IsWellFormed(TreeNode.Leaf(1), [new ShardContribution(1, -1, 0, 0, 0)]));
    }
}
