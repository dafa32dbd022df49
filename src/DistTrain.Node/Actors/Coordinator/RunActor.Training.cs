using Akka.Actor;
using Akka.Event;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training.Ledger;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Training: views, losses, the account of steps, snapshots.</content>
internal sealed partial class RunActor
{
    private static readonly TimeSpan WorkerRowsEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Workers that may be lost in a row without a step in between: beyond it, others would fare no better.</summary>
    private const int MostLosses = 20;

    private SnapshotAssembly? snapshots;
    private StepAccount? progress;
    private long trainingBegan;
    private TimeSpan rowsPublished;
    private bool processing;
    private int lossesSinceStep;
    private SnapshotProcessed? lastProcessed;

    private TimeSpan Elapsed => trainingBegan == 0 ? TimeSpan.Zero : environment.Time.GetElapsedTime(trainingBegan);

    private void ReceiveTraining()
    {
        Receive<StepsApplied>(OnStepsApplied);
        Receive<PeerLost>(OnPeerLost);
        Receive<PartitionStalled>(OnStalled);
        Receive<WeightsLacking>(OnWeightsLacking);
        Receive<SnapshotArrived>(OnSnapshot);
        Receive<SnapshotProcessed>(OnSnapshotProcessed);
        Receive<SnapshotFailed>(failed => Fail($"the checkpoint of step {failed.State.Version} could not be written: {OneLine(failed.Error)}"));
    }

    private void BeginTraining()
    {
        phase = Phase.Training;
        Timers.Cancel("deadline");
        trainingBegan = environment.Time.GetTimestamp();
        files!.Begin();
        PublishView();
    }

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

            string shares = string.Join("; ", view.Owners.Select((owner, shard) => (owner, shard)).GroupBy(pair => pair.owner)
                .Select(group => $"worker {group.Key} has {string.Join(", ", group.Select(pair => pair.shard))}"));
            Publish(RunEvents.Info(RunEvents.View, $"view {view.Number}: shards: {shares}"));
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

    private void OnStepsApplied(StepsApplied applied)
    {
        if (applied.Run != job.Run || files is null || progress is null)
        {
            return;
        }

        lossesSinceStep = 0;
        var records = new List<RunRecord>(applied.Steps.Count);
        foreach (AppliedStep step in applied.Steps)
        {
            WriteLedger((int)applied.Partition, step);
            if (progress.Take((int)applied.Partition, step, Elapsed) is { } totals)
            {
                records.Add(RecordOf(totals, step));
            }
        }

        // All at once: readers that woke for each step would take the cores from the workers.
        Publish([.. records]);

        files.FlushLedger();
        ProcessSnapshots();
    }

    private void WriteLedger(int partition, AppliedStep step)
    {
        long version = (long)step.Version;
        int epoch = files!.Plan.EpochOf(version - 1);
        int inEpoch = files.Plan.StepOf(version - 1);
        foreach (AppliedMicrobatch microbatch in step.Microbatches)
        {
            files.Append(new LedgerRecord(
                LedgerRecordKind.Applied,
                partition,
                epoch,
                (int)microbatch.Shard,
                inEpoch,
                version,
                (int)microbatch.Samples,
                (int)microbatch.Worker,
                microbatch.Incarnation,
                microbatch.GradientChecksum));
        }
    }

    private RunRecord RecordOf(StepTotals totals, AppliedStep step)
    {
        foreach (AppliedMicrobatch microbatch in step.Microbatches)
        {
            roster.Members[(int)microbatch.Worker - 1].Samples += microbatch.Samples;
        }

        TimeSpan now = Elapsed;
        var record = new StepRecord
        {
            Step = (ulong)totals.Version,
            Epoch = (uint)totals.Epoch + 1,
            Loss = totals.Loss,
            Accuracy = totals.Accuracy,
            LearningRate = totals.LearningRate,
            SamplesPerSecond = progress!.SamplesPerSecond(now),
            TrainSeconds = now.TotalSeconds,
            AppliedAt = step.Time,
        };
        if (now - rowsPublished >= WorkerRowsEvery)
        {
            rowsPublished = now;
            record.Workers.AddRange(WorkerRows());
            record.TimeSplit.AddRange(times.OfLate());
        }

        return new RunRecord { Step = record };
    }

    private IEnumerable<WorkerRow> WorkerRows()
    {
        foreach (RunMember member in roster.Members)
        {
            var row = new WorkerRow
            {
                Worker = (uint)member.Number,
                Name = member.Name,
                Address = member.Address,
                Samples = (ulong)member.Samples,
                SamplesPerSecond = Elapsed > TimeSpan.Zero ? member.Samples / Elapsed.TotalSeconds : 0,
            };
            row.Shards.AddRange(roster.View.ShardsOf(member.Number).Select(shard => (uint)shard));
            row.State = member.State switch
            {
                MemberState.Joining => "joining",
                MemberState.Ready => row.Shards.Count > 0 && phase != Phase.Gathering ? "training" : "ready",
                MemberState.Left => "left",
                _ => "suspected",
            };
            yield return row;
        }
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
            Publish(RunEvents.Warning(
                RunEvents.Stalled, $"step {stalled.Version + 1} has waited {stalled.Seconds:0.0} s for the coordinator to save a checkpoint"));
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

    private void OnSnapshot(SnapshotArrived arrived)
    {
        if (snapshots is null || phase == Phase.Ended)
        {
            arrived.State.Release();
            return;
        }

        snapshots.Add(arrived.Partition, arrived.State);
        ProcessSnapshots();
    }

    /// <summary>
    /// One at a time, and only once the ledger holds every step up to it: a checkpoint never promises more than the
    /// ledger can prove.
    /// </summary>
    private void ProcessSnapshots()
    {
        if (processing || snapshots is null || snapshots.TakeNext(progress!.AppliedEverywhere) is not { } state)
        {
            return;
        }

        processing = true;
        files!.SyncLedger();
        bool last = state.Version == LastVersion;
        bool evaluate = !files.Spec.IsEmulated && (last || state.Version % files.Plan.StepsPerEpoch == 0);
        RunFiles into = files;
        Task.Run(() => into.Process(state, evaluate)).PipeTo(
            Self, success: processed => processed, failure: error => new SnapshotFailed(state, error));
    }

    private void OnSnapshotProcessed(SnapshotProcessed processed)
    {
        processing = false;
        lastProcessed = processed;
        foreach (IActorRef partition in partitions)
        {
            partition.Tell(new SnapshotTaken { Run = job.Run, Version = (ulong)processed.State.Version });
        }

        PublishEpoch(processed);
        if (phase != Phase.Ended && processed.State.Version == LastVersion)
        {
            Finish();
        }
        else
        {
            ProcessSnapshots();
        }
    }

    private void PublishEpoch(SnapshotProcessed processed)
    {
        long version = processed.State.Version;
        bool complete = processed.Test is not null || files!.Spec.IsEmulated;
        if (version % files!.Plan.StepsPerEpoch != 0 || !complete || version == progress!.Start)
        {
            return;
        }

        EpochTotals? epoch = progress.Epoch(files.Plan.EpochOf(version - 1));
        var record = new EpochRecord
        {
            Epoch = (uint)(version / files.Plan.StepsPerEpoch),
            Step = (ulong)version,
            TrainLoss = epoch?.Loss ?? double.NaN,
            TrainAccuracy = epoch?.Accuracy ?? double.NaN,
            TestLoss = processed.Test is { } test ? test.LossSum / test.Count : double.NaN,
            TestAccuracy = processed.Test is { } tested ? (double)tested.Correct / tested.Count : double.NaN,
            Seconds = epoch?.Seconds ?? 0,
            SamplesPerSecond = epoch?.SamplesPerSecond ?? 0,
            Checkpoint = processed.Checkpoint,
        };
        if (processed.Validation is { } validation)
        {
            record.ValidationLoss = validation.LossSum / validation.Count;
            record.ValidationAccuracy = (double)validation.Correct / validation.Count;
        }

        Publish(new RunRecord { Epoch = record });
    }
}
