using DistTrain.Node.Actors.Timing;
using DistTrain.Node.Plane;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Buffers;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Sharing;
using DistTrain.Training.Synchronisation;
using DistTrain.Training.Timing;

namespace DistTrain.Node.Actors.Worker;

/// <summary>
/// One worker's part in one run: its copy of the weights, the shards it holds, and the gradients of the version it is
/// at. Used by the worker's thread alone, and allocates nothing per step.
/// </summary>
internal sealed class WorkerRun : IDisposable
{
    private readonly IGradientEngine engine;
    private readonly ImageDataset data;
    private readonly EpochPlan plan;
    private readonly Batch batch;
    private readonly ImageAugmenter? augmenter;
    private readonly ShardSampler?[] samplers;
    private readonly bool[] done;
    private readonly WeightsReplica replica;
    private readonly PartitionGradients[] gradients;
    private readonly BufferPool? whole;
    private readonly Action<int, long, SharedBuffer> store;
    private readonly ForwardWatch forward;
    private readonly bool divided;
    private int[] shards = [];
    private (int Shard, long Version) filled = (-1, -1);

    /// <param name="sharing">Who may take parts of the engine's work, if it divides it.</param>
    public WorkerRun(
        ulong run, int worker, JobSpec spec, ImageDataset data, IReadOnlyList<PartitionRange> ranges, WorkerLinks links, IGradientEngine engine, IWorkSharing sharing, TimeProvider time, long tracedUntil)
    {
        Run = run;
        Worker = worker;
        Links = links;
        this.engine = engine;
        this.data = data;
        plan = new EpochPlan(data.Train.Count, spec.Shards, spec.BatchSize, spec.Seed);
        batch = new Batch(data.Train, data.Mean, data.StandardDeviation, plan.MicrobatchSize(0));
        augmenter = spec.Augmentation() is { IsNone: false } augmentation ? new ImageAugmenter(augmentation, data.Train, PixelNormalisation.Of(data), spec.Seed) : null;
        samplers = new ShardSampler?[spec.Shards];
        done = new bool[spec.Shards];
        replica = new WeightsReplica(ranges);
        var pushes = new GradientPushPool();
        gradients = [.. ranges.Select(range => new PartitionGradients(range, spec.Shards, links, pushes))];
        whole = ranges.Count == 1 ? null : new BufferPool(engine.ParameterCount);
        store = Store;
        Times = new StepTimes(time, tracedUntil);
        forward = new ForwardWatch(time);
        if (engine is IDividedTime phased)
        {
            divided = true;
            phased.Phases = forward;
        }

        if (engine is ISharedEngine shared)
        {
            shared.Sharing = sharing;
        }
    }

    public ulong Run { get; }

    public int Worker { get; }

    public WorkerLinks Links { get; }

    /// <summary>Where this worker's time goes, from its first gradient on.</summary>
    public StepTimes Times { get; }

    /// <summary>Newest view that was taken up.</summary>
    public int ViewNumber { get; private set; }

    /// <summary>Whether a shard of this worker waits for its gradient at the version that is here.</summary>
    public bool HasWork => replica.Version >= 0 && NextShard() >= 0;

    /// <summary>Takes the weights that arrived; a new version begins a new step.</summary>
    public void TakeWeights() => Links.Inbox.TakeAll(store);

    /// <summary>Takes up another assignment; what is done at the present version stays done.</summary>
    public void Take(int viewNumber, IReadOnlyList<uint> owners)
    {
        if (viewNumber <= ViewNumber)
        {
            return;
        }

        ViewNumber = viewNumber;
        shards = [.. Enumerable.Range(0, owners.Count).Where(shard => owners[shard] == Worker)];

        // The shards that this step still lacked may all have gone to others; nobody else has what is done here.
        PushWhenDone();
    }

    /// <summary>The weights that would make a version whole here, when none is.</summary>
    public (int Partition, long Version)? Lacking() => shards.Length == 0 ? null : replica.Lacking();

    /// <summary>Computes one shard's gradient; after the last one of the step, pushes the sums to every partition.</summary>
    public void ComputeNext()
    {
        int shard = NextShard();
        long step = replica.Version + 1;
        Times.Begin(Times.Now());
        Times.Until(StepPart.Wait, step);
        FillBatch(shard, replica.Version);

        // With one partition the engine writes straight into the buffer that is pushed.
        SharedBuffer gradient = (whole ?? Links.BuffersOf(0)).Rent();
        GradientResult result;
        try
        {
            result = Compute(shard, gradient.Floats);
        }
        catch
        {
            gradient.Release();
            throw;
        }

        foreach (PartitionGradients partition in gradients)
        {
            partition.Add(shard, whole is null ? gradient.AddReference() : partition.CopyOf(gradient), result);
        }

        gradient.Release();
        done[shard] = true;
        PushWhenDone();
        Times.Until(StepPart.Send, step);
        if (NextShard() < 0)
        {
            // While the servers work and the weights are on their way: then only the weights are waited for.
            FillBatch(shards[0], replica.Version + 1);
        }
    }

    private GradientResult Compute(int shard, Span<float> gradient)
    {
        long began = Times.Now();
        forward.Begin(began);
        GradientResult result = engine.ComputeGradient(replica.Weights, batch, gradient);
        long ended = Times.Now();

        // What an engine does not divide counts as the way there. Of several chunks, the ways there are drawn as if they came first.
        Times.Until(StepPart.Forward, divided ? began + forward.Ticks : ended, replica.Version + 1, shard);
        Times.Until(StepPart.Backward, ended, replica.Version + 1, shard);
        return result;
    }

    public void Dispose()
    {
        Links.Dispose();
        replica.Dispose();
        foreach (PartitionGradients partition in gradients)
        {
            partition.Clear();
        }

        engine.Dispose();
    }

    private void Store(int partition, long version, SharedBuffer weights)
    {
        long before = replica.Version;
        replica.Store(partition, version, weights);
        if (replica.Version == before)
        {
            return;
        }

        Array.Clear(done);
        foreach (PartitionGradients gradient in gradients)
        {
            gradient.Clear();
        }
    }

    /// <summary>Fills the batch with what a shard gives to the update from this version, unless it is there already.</summary>
    private void FillBatch(int shard, long version)
    {
        if (filled != (shard, version))
        {
            ShardSampler sampler = samplers[shard] ??= new ShardSampler(plan, shard);
            ReadOnlySpan<int> samples = sampler.Samples(version);
            batch.Fill(data.Train, samples, new DropoutKey(plan.Seed, version + 1, shard));
            augmenter?.Apply(batch, samples, plan.EpochOf(version));
            if (engine is not ITakesBytes taker || !taker.TakesBytes(batch))
            {
                batch.PrepareInputs();
            }

            filled = (shard, version);
            Times.Until(StepPart.Load, version + 1, shard);
        }
    }

    private int NextShard()
    {
        foreach (int shard in shards)
        {
            if (!done[shard])
            {
                return shard;
            }
        }

        return -1;
    }

    private void PushWhenDone()
    {
        if (NextShard() < 0)
        {
            foreach (PartitionGradients partition in gradients)
            {
                partition.Push(replica.Version);
            }
        }
    }
}
