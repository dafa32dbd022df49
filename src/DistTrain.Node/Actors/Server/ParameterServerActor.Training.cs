using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Synchronisation;
using DistTrain.Training.Timing;

namespace DistTrain.Node.Actors.Server;

/// <content>In a run: the state it starts from, gradients, updates, and what the coordinator asks of them.</content>
internal sealed partial class ParameterServerActor
{
    /// <summary>Snapshots that may be on their way before the partition waits for the coordinator.</summary>
    private const int MostSnapshots = 2;

    private void OnState(StateArrived arrived)
    {
        if (arrived.Peer.Identity.Role != PlaneRole.Coordinator || weights is not null || arrived.State.Moments != optimizer.Moments)
        {
            arrived.State.Release();
            arrived.Peer.Close("only the coordinator gives the state to start from, once, with the moments of the job's optimizer");
            return;
        }

        weights = new PartitionWeights(buffers, optimizer, waiting, arrived.State);
        barrier = new SynchronousBarrier(job.Spec.Shards, arrived.State.Version, job.FinishAt);
        workers.SendWeights(weights.Version, weights.Current);
        if (holdAsked)
        {
            OnHold();
        }
    }

    private void OnPush(GradientPush push)
    {
        IPlanePeer sender = push.ArrivedFrom!;
        if (barrier is null || !workers.TryNumber(sender, out int contributor))
        {
            push.Release();
            return;
        }

        if (!started)
        {
            started = true;
            stall.Restart();
            times.Begin(push.ArrivedAt);
        }

        long step = barrier.Version + 1;
        times.Until(StepPart.Wait, push.ArrivedAt, step, shard: -1);
        times.Until(StepPart.Queue, step);
        PushOutcome outcome = barrier.Offer(push.Version, push.Node, push.Gradient, push.Shards, contributor);
        if (outcome is PushOutcome.Accepted or PushOutcome.Completed)
        {
            push.Gradient = null!;
        }
        else if (outcome == PushOutcome.Malformed)
        {
            sender.Close($"a push of node {push.Node} at version {push.Version} does not fit this run at version {barrier.Version}");
        }

        push.Release();
        times.Until(StepPart.Reduce, step);
        ApplyWhatIsComplete();
        if (times.HasMany)
        {
            reports.Times(last: false);
        }
    }

    private void ApplyWhatIsComplete()
    {
        while (barrier!.CanApply && verdictDue == 0 && (snapshotsUnderWay < MostSnapshots || !job.IsSnapshot(barrier.Version + 1, barrier.FinishAt)))
        {
            GradientTree tree = barrier.Tree;
            long samples = 0;
            foreach (ShardContribution given in tree.Contributions)
            {
                samples += given.Samples;
            }

            double? clip = clipping is null ? 1 : clipping.Factor(barrier.Version + 1, tree, samples);
            if (clip is null)
            {
                return;
            }

            double rate = schedule.At(barrier.Version + 1);
            weights!.Apply(rate, tree.RootTerms, samples, clip.Value);
            applied.Add(weights.Version, Now(), rate, tree, workers);
            barrier.Advance();
            stall.StepApplied();
            times.Until(StepPart.Apply, barrier.Version);
            workers.SendWeights(weights.Version, weights.Current);
            if (job.IsSnapshot(barrier.Version, barrier.FinishAt))
            {
                SendSnapshot();
            }
            else if (applied.IsFull)
            {
                reports.Steps();
            }

            times.Until(StepPart.Send, barrier.Version);
        }
    }

    private void SendSnapshot()
    {
        reports.Steps();
        snapshotsUnderWay++;
        if (job.AwaitsVerdict(barrier!.Version, barrier.FinishAt))
        {
            verdictDue = barrier.Version;
        }

        coordinatorPeer?.SendSnapshot(weights!.Snapshot());
    }

    private void OnSnapshotTaken(SnapshotTaken taken)
    {
        snapshotsUnderWay--;
        verdictDue = (long)taken.Version == verdictDue ? 0 : verdictDue;
        times.Until(StepPart.Wait, (barrier?.Version ?? 0) + 1);
        ApplyWhatIsComplete();
    }

    private void OnHold()
    {
        // The state takes another way than this message, and may come after it.
        if (barrier is null)
        {
            holdAsked = true;
            return;
        }

        reports.Steps();
        reports.Held(barrier.Hold());
    }

    private void OnStopAt(StopAt stop)
    {
        if (barrier is null)
        {
            return;
        }

        bool alreadyThere = barrier.Version == (long)stop.Version && !job.IsSnapshot(barrier.Version, job.FinishAt);
        barrier.StopAt((long)stop.Version);
        if (alreadyThere)
        {
            SendSnapshot();
        }

        times.Until(StepPart.Wait, barrier.Version + 1);
        ApplyWhatIsComplete();
    }

    private void OnWeightsLacking(WeightsLacking lacking)
    {
        if (workers.Find((int)lacking.Worker) is { } peer && weights?.At((long)lacking.Version) is { } wanted)
        {
            peer.SendWeights((long)lacking.Version, wanted);
        }
    }

    private void OnNormShare(NormShare share)
    {
        if (clipping is null || share.Run != job.Run)
        {
            return;
        }

        clipping.Hear(share, Sender);
        if (barrier is not null)
        {
            times.Until(StepPart.Wait, barrier.Version + 1);
            ApplyWhatIsComplete();
        }
    }

    /// <summary>In microseconds, which is what a double of that size resolves.</summary>
    private double Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
}
