using Akka.Actor;
using DistTrain.Protocol.Control;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Who holds which shards: views, and workers that leave, are lost, or keep a step waiting.</content>
internal sealed partial class RunActor
{
    /// <summary>Workers that may be lost in a row without a step in between: beyond it, others would fare no better.</summary>
    private const int MostLosses = 20;

    private int lossesSinceStep;

    private void PublishView()
    {
        View view = roster.NextView();
        var message = new ViewPublished { Run = job.Run, Number = (uint)view.Number };
        message.Owners.AddRange(view.Owners.Select(owner => (uint)owner));
        foreach (RunMember member in roster.Ready)
        {
            workers[member.Number].Tell(message);
        }

        if (view.Owners.Count == 0)
        {
            Publish(RunEvents.Warning(RunEvents.Waiting, $"no worker is left; waiting up to {environment.WorkerTimeout.TotalSeconds:0} s for one to join"));
            StartDeadline(() => $"no worker is left, and none joined within {environment.WorkerTimeout.TotalSeconds:0} s");
        }
        else
        {
            if (phase == Phase.Training)
            {
                Timers.Cancel("deadline");
            }

            Publish(RunEvents.Info(RunEvents.View, $"view {view.Number}: shards: {view.Shares()}"));
        }
    }

    private void OnPeerLost(PeerLost lost) => Lose((int)lost.Worker, lost.Incarnation, MemberState.Suspected, lost.Reason);

    private void OnWorkerDeparted(WorkerDeparted departed)
    {
        spares.Remove(departed.Worker);
        foreach (RunMember member in roster.Members)
        {
            if (member.IsIn && workers[member.Number].Equals(departed.Worker))
            {
                Lose(member.Number, member.Incarnation, departed.Orderly ? MemberState.Left : MemberState.Suspected, departed.Reason);
                return;
            }
        }
    }

    /// <summary>The worker is out, whatever said so first; its shards move at once.</summary>
    private void Lose(int number, ulong incarnation, MemberState state, string reason)
    {
        if (phase == Phase.Ended || roster.MarkGone(number, incarnation, state) is not { } gone)
        {
            return;
        }

        string shards = gone.Shards.Count switch
        {
            0 => "",
            1 => $"; its shard {gone.Shards[0]} moves",
            _ => $"; its shards {string.Join(", ", gone.Shards)} move",
        };
        if (state == MemberState.Left)
        {
            Publish(RunEvents.Info(RunEvents.WorkerLeft, $"{gone.Member} left{shards}"));
        }
        else
        {
            Publish(RunEvents.Warning(RunEvents.WorkerSuspected, $"{gone.Member} is given up: {reason}{shards}"));
            workers[number].Tell(new EndRun { Run = job.Run, Incarnation = incarnation, Reason = reason });
            Context.Parent.Tell(new WorkerSuspected(workers[number], incarnation, reason));
        }

        if (state == MemberState.Suspected && ++lossesSinceStep >= MostLosses)
        {
            Fail($"{lossesSinceStep} workers were lost and no step was made in between; the last one was {gone.Member}: {reason}");
            return;
        }

        if (phase is Phase.Training or Phase.Holding or Phase.Stopping)
        {
            PublishView();
        }

        InviteSpares();
    }

    private void OnStalled(PartitionStalled stalled)
    {
        if (stalled.Run != job.Run || phase is not (Phase.Training or Phase.Stopping))
        {
            return;
        }

        int[] missing = [.. stalled.MissingShards.Select(shard => (int)shard)];
        if (missing.Length == 0)
        {
            string lacking = stalled.MissingPartitions.Count == 0
                ? "the coordinator to save a checkpoint"
                : $"the gradient's norm from partition {string.Join(", ", stalled.MissingPartitions)}";
            Publish(RunEvents.Warning(RunEvents.Stalled, $"step {stalled.Version + 1} has waited {stalled.Seconds:0.0} s for {lacking}"));
            return;
        }

        Publish(RunEvents.Warning(RunEvents.Stalled, $"step {stalled.Version + 1} has waited {stalled.Seconds:0.0} s for {roster.Blame(missing)}"));
        if (stalled.Seconds < environment.WorkerTimeout.TotalSeconds)
        {
            return;
        }

        foreach (int owner in missing.Where(shard => shard < roster.View.Owners.Count).Select(shard => roster.View.Owners[shard]).Distinct().ToList())
        {
            Lose(owner, roster.Members[owner - 1].Incarnation, MemberState.Suspected, $"step {stalled.Version + 1} waited {stalled.Seconds:0} s for it");
        }
    }

    private void OnWeightsLacking(WeightsLacking lacking)
    {
        if (lacking.Run == job.Run && lacking.Partition < partitions.Length)
        {
            partitions[lacking.Partition]?.Tell(lacking);
        }
    }
}
