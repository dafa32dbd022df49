using DistTrain.Node.Hosting;
using DistTrain.Training.Buffers;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>
/// What the weights of <see cref="Job"/> must be after each step: the same mathematics in one loop, without actors,
/// messages, processes or anything that could go wrong. Computed as far as it was asked for.
/// </summary>
public sealed class Undisturbed
{
    private static readonly Lazy<Undisturbed> Shared = new(() => new Undisturbed(Job.Spec));

    private readonly JobSpec job;
    private readonly List<string> digests = [];
    private readonly ImageDataset data;
    private readonly EpochPlan plan;
    private readonly ShardSampler[] samplers;
    private readonly Batch batch;
    private readonly IGradientEngine engine;
    private readonly GradientTree tree;
    private readonly BufferPool buffers;
    private readonly IOptimizer optimizer;
    private readonly LearningRateSchedule schedule;
    private readonly float[] firstMoment;
    private readonly float[] secondMoment;
    private float[] weights;

    public Undisturbed(JobSpec job)
    {
        this.job = job;
        data = DatasetCatalog.OfThisMachine(Job.Mnist).ResolveAsync(job.Dataset, null, CancellationToken.None).GetAwaiter().GetResult().Dataset;
        plan = new EpochPlan(data.Train.Count, job.Shards, job.BatchSize, job.Seed);
        samplers = [.. Enumerable.Range(0, job.Shards).Select(shard => new ShardSampler(plan, shard))];
        batch = new Batch(data.Train, data.Mean, data.StandardDeviation, plan.MicrobatchSize(0));
        engine = WorkerEngines.Create(job);
        tree = new GradientTree(job.Shards);
        optimizer = job.NewOptimizer();
        schedule = job.LearningRates(plan.StepsPerEpoch);
        ModelDescription model = job.Network();
        buffers = new BufferPool(model.Layout.Count);
        weights = new float[model.Layout.Count];
        firstMoment = optimizer.Moments.Zeros(Moments.First, weights.Length);
        secondMoment = optimizer.Moments.Zeros(Moments.Second, weights.Length);
        model.Initialise(job.Seed, weights);
        digests.Add(WeightsDigest.Of(weights));
    }

    /// <summary>Steps of <see cref="Job"/>.</summary>
    public static long Steps => Shared.Value.PlannedSteps;

    private long PlannedSteps => job.PlannedSteps(plan.StepsPerEpoch);

    /// <summary>SHA-256 of the weights of <see cref="Job"/> after that many steps.</summary>
    public static string After(long steps) => Shared.Value.DigestAfter(steps);

    /// <summary>SHA-256 of the weights after that many steps.</summary>
    public string DigestAfter(long steps)
    {
        while (digests.Count <= steps)
        {
            Step();
        }

        return digests[(int)steps];
    }

    private void Step()
    {
        int version = digests.Count - 1;
        int samples = 0;
        for (int shard = 0; shard < plan.Shards; shard++)
        {
            batch.Fill(data.Train, samplers[shard].Samples(version), new DropoutKey(job.Seed, version + 1, shard));
            SharedBuffer gradient = buffers.Rent();
            GradientResult result = engine.ComputeGradient(weights, batch, gradient.Floats);
            samples += result.Count;
            tree.Offer(TreeNode.Leaf(shard), gradient, [new ShardContribution { Shard = shard, Samples = result.Count }]);
        }

        float[] next = new float[weights.Length];
        double rate = schedule.At(version + 1);
        SharedBuffer sum = tree.AddUp();
        var squares = new NormTree();
        squares.Add(sum.Values, 0);
        optimizer.Begin(version + 1, rate, samples, job.ClipNorm > 0 ? GradientClip.Factor(job.ClipNorm, squares.Sum, samples) : 1);
        optimizer.Apply(new UpdateBlock
        {
            Weights = weights, GradientSum = sum.Values, FirstMoment = firstMoment, SecondMoment = secondMoment, Updated = next,
        });
        tree.Clear();
        weights = next;
        digests.Add(WeightsDigest.Of(weights));
    }
}
