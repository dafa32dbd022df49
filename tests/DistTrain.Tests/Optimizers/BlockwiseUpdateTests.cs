using CsCheck;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Optimizers;

public sealed class BlockwiseUpdateTests
{
    /// <summary>Lengths around those of blocks, and any order of arrival, which decides how many additions are left for the end.</summary>
    [Fact]
    public void Update_from_a_tree_has_the_bits_of_adding_whole_vectors_first() =>
        Gen.Select(Gen.Int[1, 9], Gen.OneOf(Gen.Int[1, 70], Gen.Int[2040, 2056], Gen.Int[4090, 6200]), Gen.Int).Sample((shards, length, seed) =>
        {
            var pool = new BufferPool(length);
            float[] weights = Values(length, seed);
            GradientTree inBlocks = Filled(pool, shards, seed), inWhole = Filled(pool, shards, seed);
            float[] first = Values(length, seed + 1), second = [.. Values(length, seed + 2).Select(Math.Abs)], updated = new float[length];
            float[] expectedFirst = [.. first], expectedSecond = [.. second], expected = new float[length];

            var update = new BlockwiseUpdate(new Adam(0.9, 0.999, 1e-8));
            update.Begin(7, 1e-3, 64);

            // In two parts, the second one first, as threads may that share an update.
            int middle = length / 2;
            update.Apply(middle, length, weights, inBlocks.RootTerms, first, second, updated);
            update.Apply(0, middle, weights, inBlocks.RootTerms, first, second, updated);
            var adam = new Adam(0.9, 0.999, 1e-8);
            adam.Begin(7, 1e-3, 64);
            adam.Apply(new UpdateBlock
            {
                Weights = weights, GradientSum = inWhole.AddUp().Values, FirstMoment = expectedFirst, SecondMoment = expectedSecond, Updated = expected,
            });

            Assert.Equal(Bits(expected), Bits(updated));
            Assert.Equal(Bits(expectedFirst), Bits(first));
            Assert.Equal(Bits(expectedSecond), Bits(second));

            // The terms are as they were: what was not added in place can be added again.
            Assert.Equal(Bits(inWhole.AddUp().Values), Bits(inBlocks.AddUp().Values));
        });

    private static GradientTree Filled(BufferPool pool, int shards, int seed)
    {
        var random = new Random(seed);
        var tree = new GradientTree(shards);
        foreach (int shard in Enumerable.Range(0, shards).OrderBy(_ => random.Next()))
        {
            SharedBuffer gradient = pool.Rent();
            var values = new Random(HashCode.Combine(seed, shard));
            foreach (ref float value in gradient.Floats)
            {
                // Magnitudes far apart, so that any other order of additions shows in the bits.
                value = (float)((values.NextDouble() - 0.5) * Math.Pow(10, values.Next(-4, 4)));
            }

            tree.Offer(TreeNode.Leaf(shard), gradient, [new ShardContribution(shard, 1, 0, 0, 0)]);
        }

        return tree;
    }

    private static float[] Values(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static int[] Bits(ReadOnlySpan<float> values)
    {
        int[] bits = new int[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.SingleToInt32Bits(values[i]);
        }

        return bits;
    }
}
