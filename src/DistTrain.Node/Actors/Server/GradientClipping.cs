using Akka.Actor;
using DistTrain.Protocol.Control;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>
/// Finds out by what each step's gradient is multiplied in a job with <c>--clip-norm</c>: its norm is over all partitions, so they tell each
/// other the squares of their ranges. A message that is lost is asked for again at the next tick.
/// </summary>
/// <param name="self">The partition's actor, which hears <see cref="NormShare"/>.</param>
internal sealed class GradientClipping(PartitionJob job, IActorRef self)
{
    private readonly NormTree own = new();
    private readonly NormExchange exchange = new(job.Range.Partition, job.Spec.Partitions);
    private IReadOnlyList<IActorRef> servers = [];
    private long wanted;

    /// <summary>The partitions that the step which is complete here waits for.</summary>
    public IReadOnlyList<int> Lacking => wanted == 0 ? [] : exchange.Lacking(wanted);

    /// <summary>The factor of a complete step's gradient; null as long as another partition's share is not there.</summary>
    /// <param name="version">That the step makes.</param>
    /// <param name="tree">Complete; its last additions are made, as the sum is needed before the update.</param>
    public double? Factor(long version, GradientTree tree, long samples)
    {
        if (exchange.Own(version) is null)
        {
            own.Clear();
            own.Add(tree.AddUp().Values, job.Range.Offset);
            if (job.Spec.Partitions == 1)
            {
                return GradientClip.Factor(job.Spec.ClipNorm, own.Sum, samples);
            }

            exchange.Take(job.Range.Partition, version, [.. own.Nodes]);
            TellAll(version);
        }

        double? squares = exchange.Squares(version);
        wanted = squares is null ? version : 0;
        return squares is { } sum ? GradientClip.Factor(job.Spec.ClipNorm, sum, samples) : null;
    }

    /// <summary>Who holds each partition, by number. A share that was computed before goes out now.</summary>
    public void Meet(IReadOnlyList<IActorRef> all)
    {
        servers = all;
        if (wanted != 0)
        {
            TellAll(wanted);
        }
    }

    /// <exception cref="InvalidOperationException">The share is not whole.</exception>
    public void Hear(NormShare share, IActorRef sender)
    {
        if (share.Partition >= (uint)job.Spec.Partitions || share.Levels.Count != share.Sums.Count || share.Indices.Count != share.Sums.Count)
        {
            throw new InvalidOperationException($"partition {share.Partition} gave a share of the gradient's norm that is not whole");
        }

        exchange.Take((int)share.Partition, (long)share.Version, [.. share.Sums.Select((sum, i) => new NormNode((int)share.Levels[i], (int)share.Indices[i], sum))]);
        if (share.Lacking)
        {
            Tell(sender, (long)share.Version, lacking: false);
        }
    }

    /// <summary>Reminds those whose share has not come.</summary>
    public void Remind()
    {
        foreach (int other in Lacking.Where(other => other < servers.Count))
        {
            Tell(servers[other], wanted, lacking: true);
        }
    }

    private void TellAll(long version)
    {
        for (int other = 0; other < servers.Count; other++)
        {
            if (other != job.Range.Partition)
            {
                Tell(servers[other], version, lacking: false);
            }
        }
    }

    private void Tell(IActorRef server, long version, bool lacking)
    {
        if (exchange.Own(version) is not { } nodes)
        {
            return;
        }

        var share = new NormShare { Run = job.Run, Partition = (uint)job.Range.Partition, Version = (ulong)version, Lacking = lacking };
        foreach (NormNode node in nodes)
        {
            share.Levels.Add((uint)node.Level);
            share.Indices.Add((uint)node.Index);
            share.Sums.Add(node.Sum);
        }

        server.Tell(share, self);
    }
}
