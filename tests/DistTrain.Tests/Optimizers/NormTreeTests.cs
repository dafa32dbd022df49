using CsCheck;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;
using static TorchSharp.torch;

namespace DistTrain.Tests.Optimizers;

public sealed class NormTreeTests
{
    [Fact]
    public void Sum_has_the_same_bits_in_any_partitioning() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 40], Gen.Int[0, 1 << 20]).Sample((length, partitions, seed) =>
        {
            float[] values = Spread(length, seed);
            var whole = new NormTree();
            whole.Add(values, 0);
            var together = new NormTree();
            foreach (PartitionRange range in PartitionRange.Split(length, partitions))
            {
                var part = new NormTree();
                part.Add(values.AsSpan(range.Offset, range.Length), range.Offset);
                Assert.InRange(part.Nodes.Count, 0, 20);
                foreach (NormNode node in part.Nodes)
                {
                    together.Add(node);
                }
            }

            Assert.Equal(BitConverter.DoubleToInt64Bits(whole.Sum), BitConverter.DoubleToInt64Bits(together.Sum));
            double plain = values.Sum(value => (double)value * value);
            Assert.Equal(plain, whole.Sum, plain * 1e-12);
        });

    [Fact]
    public void Sum_of_nothing_is_zero_and_a_tree_can_be_used_again()
    {
        var tree = new NormTree();
        Assert.Equal(0, tree.Sum);
        tree.Add([3, 4], 0);
        Assert.Equal(25, tree.Sum);
        tree.Clear();
        tree.Add([1], 16);
        Assert.Equal(1, tree.Sum);
    }

    [Fact]
    public void Range_that_does_not_begin_at_a_line_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NormTree().Add([1], 8));

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(1e6)]
    public void Clipped_gradient_is_that_of_torch(double limit)
    {
        float[] sum = Spread(1000, 4);
        var tree = new NormTree();
        tree.Add(sum, 0);
        double factor = GradientClip.Factor(limit, tree.Sum, 64);
        using var scope = NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(zeros(1000));
        parameter.grad = tensor(sum) / 64;

        nn.utils.clip_grad_norm_([parameter], limit);

        float[] expected = parameter.grad.data<float>().ToArray();
        for (int i = 0; i < sum.Length; i++)
        {
            Assert.Equal(expected[i], sum[i] / 64 * factor, 1e-5 * Math.Max(1, limit));
        }

        Assert.Equal(limit == 1e6, factor == 1);
    }

    private static float[] Spread(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 4))))];
    }
}
