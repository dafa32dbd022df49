using BenchmarkDotNet.Attributes;
using DistTrain.Training.Buffers;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Benchmarks.Micro;

/// <summary>
/// The gradients of four shards of 61,706 floats, each from a worker of its own, to weights: three additions and Adam's update,
/// with the last additions made within the update as the server does, or before it.
/// </summary>
public class TreeBenchmark
{
    private const int Shards = 4;

    private readonly GradientTree tree = new(Shards);
    private readonly BufferPool pool = new(LeNet5.Modern.Layout.Count);
    private readonly ShardContribution[][] leaves = [.. Enumerable.Range(0, Shards).Select(shard => new[] { new ShardContribution(shard, 64, 1, 60, 0) })];

    private readonly BlockwiseUpdate blockwise = new(new Adam(0.9, 0.999, 1e-8));
    private readonly SharedBuffer weights = Vectors.Uniform(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer first = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer second = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer updated = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private long update;

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
    public void AddedWithinTheUpdate()
    {
        Fill();
        Update();
        tree.Clear();
    }

    [Benchmark]
    public void AddedBefore()
    {
        Fill();
        tree.AddUp();
        Update();
        tree.Clear();
    }

    private void Update()
    {
        blockwise.Begin(++update, 1e-3, 64);
        blockwise.Apply(0, weights.Length, weights.Values, tree.RootTerms, first.Floats, second.Floats, updated.Floats);
    }

    private void Fill()
    {
        for (int shard = 0; shard < Shards; shard++)
        {
            tree.Offer(TreeNode.Leaf(shard), pool.Rent(), leaves[shard]);
        }
    }
}
