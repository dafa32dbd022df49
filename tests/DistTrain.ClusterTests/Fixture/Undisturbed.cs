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
    private static readonly Lock Gate = new();
    private static readonly Lazy<Undisturbed> Shared = new(() => new Undisturbed());

    private readonly List<string> digests = [];
    private readonly ImageDataset data;
    private readonly EpochPlan plan;
    private readonly ShardSampler[] samplers;
    private readonly Batch batch;
    private readonly IGradientEngine engine;
    private readonly GradientTree tree;
    private readonly BufferPool buffers;
    private readonly Adam adam;
    private readonly LearningRateSchedule schedule;
    private readonly float[] firstMoment;
    private readonly float[] secondMoment;
    private float[] weights;

    private Undisturbed()
    {
        JobSpec job = Job.Spec;
        data = DatasetCatalog.OfThisMachine(Job.Mnist).ResolveAsync(job.Dataset, null, CancellationToken.None).GetAwaiter().GetResult().Dataset;
        plan = new EpochPlan(data.Train.Count, job.Shards, job.BatchSize, job.Seed);
        samplers = [.. Enumerable.Range(0, job.Shards).Select(shard => new ShardSampler(plan, shard))];
        batch = new Batch(data.Train, data.Mean, data.StandardDeviation, plan.MicrobatchSize(0));
        engine = WorkerEngines.Create(job);
        tree = new GradientTree(job.Shards);
        adam = new Adam(job.Beta1, job.Beta2, job.Epsilon);
        schedule = LearningRateSchedule.Find(job.Schedule);
        ModelDescription model = ModelCatalog.Find(job.Model, job.Variant);
        buffers = new BufferPool(model.Layout.Count);
        weights = new float[model.Layout.Count];
        firstMoment = new float[weights.Length];
        secondMoment = new float[weights.Length];
        model.Initialise(job.Seed, weights);
        digests.Add(WeightsDigest.Of(weights));
    }

    /// <summary>Steps of the whole job.</summary>
    public static long Steps => (long)Job.Spec.Epochs * Shared.Value.plan.StepsPerEpoch;

    /// <summary>SHA-256 of the weights after that many steps.</summary>
    public static string After(long steps)
    {
        lock (Gate)
        {
            while (Shared.Value.digests.Count <= steps)
            {
                Shared.Value.Step();
            }

            return Shared.Value.digests[(int)steps];
        }
    }

    private void Step()
    {
        int version = digests.Count - 1;
        int samples = 0;
        for (int shard = 0; shard < plan.Shards; shard++)
        {
            batch.Fill(data.Train, samplers[shard].Samples(version));
            SharedBuffer gradient = buffers.Rent();
            GradientResult result = engine.ComputeGradient(weights, batch, gradient.Floats);
            samples += result.Count;
            tree.Offer(TreeNode.Leaf(shard), gradient, [new ShardContribution { Shard = shard, Samples = result.Count }]);
        }

        float[] next = new float[weights.Length];
        double rate = schedule.At(version + 1, Steps, Job.Spec.LearningRate);
        adam.Apply(version + 1, rate, weights, tree.RootSum.Floats, samples, firstMoment, secondMoment, next);
        tree.Clear();
        weights = next;
        digests.Add(WeightsDigest.Of(weights));
    }
}
