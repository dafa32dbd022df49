using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>
/// Collects the account of applied steps until it is worth a message. Collecting allocates nothing; a message is exactly as large
/// as what it says.
/// </summary>
internal sealed class AppliedSteps(ulong run, int partition)
{
    private const int MostSteps = 64;

    /// <summary>About 80 kB, below what a frame of the control plane may hold.</summary>
    private const int MostMicrobatches = 2_000;

    private readonly List<double> times = [];
    private readonly List<double> learningRates = [];
    private readonly List<(ShardContribution Given, PlaneIdentity By)> microbatches = [];
    private long firstVersion;

    public bool IsFull => times.Count >= MostSteps || microbatches.Count >= MostMicrobatches;

    /// <summary>Steps are added one by one, in the order of their versions.</summary>
    public void Add(long version, double time, double learningRate, GradientTree tree, WorkerPeers workers)
    {
        if (times.Count == 0)
        {
            firstVersion = version;
        }

        times.Add(time);
        learningRates.Add(learningRate);
        for (int shard = 0; shard < tree.Shards; shard++)
        {
            microbatches.Add((tree.Contributions[shard], workers.Contributor(tree.Contributors[shard])));
        }
    }

    /// <summary>What has been collected since the last call; null when there is nothing.</summary>
    public StepsApplied? Take()
    {
        if (times.Count == 0)
        {
            return null;
        }

        int count = microbatches.Count;
        var taken = new StepsApplied
        {
            Run = run,
            Partition = (uint)partition,
            FirstVersion = (ulong)firstVersion,
            Times = { Capacity = times.Count },
            LearningRates = { Capacity = times.Count },
            Samples = { Capacity = count },
            LossSums = { Capacity = count },
            Correct = { Capacity = count },
            Skipped = { Capacity = count },
            Workers = { Capacity = count },
            Incarnations = { Capacity = count },
            GradientChecksums = { Capacity = count },
        };
        for (int i = 0; i < times.Count; i++)
        {
            taken.Times.Add(times[i]);
            taken.LearningRates.Add(learningRates[i]);
        }

        foreach ((ShardContribution given, PlaneIdentity by) in microbatches)
        {
            taken.Samples.Add((uint)given.Samples);
            taken.LossSums.Add(given.LossSum);
            taken.Correct.Add((uint)given.Correct);
            taken.Skipped.Add((uint)given.Skipped);
            taken.Workers.Add((uint)by.Worker);
            taken.Incarnations.Add(by.Incarnation);
            taken.GradientChecksums.Add(given.GradientChecksum);
        }

        times.Clear();
        learningRates.Clear();
        microbatches.Clear();
        return taken;
    }
}
