using BenchmarkDotNet.Attributes;
using DistTrain.Training.Buffers;
using DistTrain.Training.Models;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Benchmarks.Micro;

/// <summary>Adding up the gradients of four shards: three additions of 61,706 floats.</summary>
public class TreeBenchmark
{
    private const int Shards = 4;

    private readonly GradientTree tree = new(Shards);
    private readonly BufferPool pool = new(LeNet5.Modern.Layout.Count);
    private readonly ShardContribution[][] leaves = [.. Enumerable.Range(0, Shards).Select(shard => new[] { new ShardContribution(shard, 64, 1, 60, 0) })];

    [GlobalSetup]
    public void SetUp()
    {
        SharedBuffer[] buffers = [.. leaves.Select(_ => pool.Rent())];
        foreach (SharedBuffer buffer in buffers)
        {
            // Zeros stay zeros: sums that grow without end would become infinite.
            buffer.Floats.Clear();
            buffer.Release();
        }
    }

    [Benchmark]
    public bool FourShards()
    {
        for (int shard = 0; shard < Shards; shard++)
        {
            tree.Offer(TreeNode.Leaf(shard), pool.Rent(), leaves[shard]);
        }

        bool complete = tree.IsComplete;
        tree.Clear();
        return complete;
    }
}
