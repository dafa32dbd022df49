using Akka.Actor;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training.Generalisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Snapshots: the test, checkpoints, ends of epochs.</content>
internal sealed partial class RunActor
{
    private readonly Overfitting overfitting = new();
    private SnapshotAssembly? snapshots;
    private bool processing;
    private SnapshotProcessed? lastProcessed;

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
        bool evaluate = !files.Spec.IsEmulated && (last || files.IsEvaluatedEpoch(state.Version));
        RunFiles into = files;
        Task.Run(() => into.Process(state, evaluate)).PipeTo(
            Self, success: processed => processed, failure: error => new SnapshotFailed(state, error));
    }

    private void OnSnapshotProcessed(SnapshotProcessed processed)
    {
        processing = false;
        lastProcessed = processed;
        bool early = EndsEarly(processed);
        foreach (IActorRef partition in partitions)
        {
            partition.Tell(early
                ? new StopAt { Run = job.Run, Version = (ulong)processed.State.Version }
                : new SnapshotTaken { Run = job.Run, Version = (ulong)processed.State.Version });
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

    /// <summary>Decides it; the partitions wait at the end of each epoch to hear of it. A stop that is under way goes first.</summary>
    private bool EndsEarly(SnapshotProcessed processed)
    {
        if (phase != Phase.Training || !IsEarlyEnd(processed))
        {
            return false;
        }

        phase = Phase.Stopping;
        stopVersion = processed.State.Version;
        return true;
    }

    /// <summary>Whether the run's patience is over at this version, and epochs are left.</summary>
    private bool IsEarlyEnd(SnapshotProcessed processed) =>
        processed is { EarlyStop.IsDue: true, State.Version: var version } && version % files!.Plan.StepsPerEpoch == 0 && version < files.FinishAt;

    private void PublishEpoch(SnapshotProcessed processed)
    {
        long version = processed.State.Version;
        if (version % files!.Plan.StepsPerEpoch != 0 || version == progress!.Start)
        {
            return;
        }

        EpochTotals? epoch = progress.Epoch(files.Plan.EpochOf(version - 1));
        var record = new EpochRecord
        {
            Epoch = (uint)(version / files.Plan.StepsPerEpoch),
            Step = (ulong)version,
            TrainLoss = epoch?.Loss ?? double.NaN,
            TrainAccuracy = files.Accuracy(epoch?.Accuracy ?? double.NaN),
            TestLoss = processed.Test is { } test ? test.LossSum / test.Count : double.NaN,
            TestAccuracy = processed.Test is { } tested ? files.Accuracy((double)tested.Correct / tested.Count) : double.NaN,
            Seconds = epoch?.Seconds ?? 0,
            SamplesPerSecond = epoch?.SamplesPerSecond ?? 0,
            Checkpoint = processed.Checkpoint,
        };
        if (files.Spec.SkipLossBelow > 0 && !files.Spec.IsEmulated)
        {
            record.Skipped = epoch?.SkippedShare ?? double.NaN;
        }

        if (processed.Validation is { } validation)
        {
            record.ValidationLoss = validation.LossSum / validation.Count;
            record.ValidationAccuracy = files.Accuracy((double)validation.Correct / validation.Count);
        }

        overfitting.Add((int)record.Epoch, record.TrainLoss, record.HasValidationLoss ? record.ValidationLoss : record.TestLoss);
        if (processed.Test is not null && overfitting.Since is { } since)
        {
            record.OverfittingSince = (uint)since;
        }

        Publish(new RunRecord { Epoch = record });
    }
}
