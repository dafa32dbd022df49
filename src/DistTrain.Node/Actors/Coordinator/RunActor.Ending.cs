using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Stopping, finishing, failing.</content>
internal sealed partial class RunActor
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    private readonly HashSet<uint> held = [];
    private long holdVersion;
    private long? stopVersion;
    private string stopReason = "";

    /// <summary>The version whose snapshot ends the run.</summary>
    private long LastVersion => stopVersion ?? files?.FinishAt ?? long.MaxValue;

    private void ReceiveEnding()
    {
        Receive<StopRun>(OnStop);
        Receive<Held>(OnHeld);
        Receive<ServerLinkLost>(OnServerLinkLost);
        Receive<PartitionFailed>(failed => Fail($"the parameter server of partition {failed.Partition} failed: {failed.Reason}"));
    }

    private void OnServerLinkLost(ServerLinkLost lost)
    {
        if (phase != Phase.Ended)
        {
            Context.Parent.Tell(new ServerSuspected(partitions[lost.Partition], lost.Reason));
            Fail($"the parameter server of partition {lost.Partition} at {lost.Address} is lost: {lost.Reason}");
        }
    }

    private void OnStop(StopRun stop)
    {
        if (finishing || phase is Phase.Holding or Phase.Stopping or Phase.Ended)
        {
            return;
        }

        stopReason = stop.Reason;
        if (phase != Phase.Training)
        {
            StoppedAtTheStart();
            return;
        }

        Publish(RunEvents.Info(RunEvents.Stopping, $"stopping at the next step: {stop.Reason}"));
        phase = Phase.Holding;
        foreach (IActorRef partition in partitions)
        {
            partition.Tell(new Hold { Run = job.Run });
        }

        Timers.StartSingleTimer(
            "deadline", new Deadline(() => $"waited {StopWithin.TotalSeconds:0} s for {WhoHolds()} to stop"), StopWithin);
    }

    private void StoppedAtTheStart()
    {
        string next = files is { Start.Version: > 0 } ? $"; go on with: disttrain train --resume {files.Directory}" : "";
        End("stopped", $"stopped before the first step ({stopReason}){next}");
    }

    private void OnHeld(Held answer)
    {
        if (phase != Phase.Holding || answer.Run != job.Run || !held.Add(answer.Partition))
        {
            return;
        }

        holdVersion = Math.Max(holdVersion, (long)answer.Version);
        if (held.Count < partitions.Length)
        {
            return;
        }

        if (holdVersion == files!.Start.Version)
        {
            // Nothing was applied, so there is nothing to save.
            StoppedAtTheStart();
            return;
        }

        // Some partitions may be one step ahead of others: those behind can still complete it.
        phase = Phase.Stopping;
        stopVersion = holdVersion;
        foreach (IActorRef partition in partitions)
        {
            partition.Tell(new StopAt { Run = job.Run, Version = (ulong)holdVersion });
        }

        if (lastProcessed?.State.Version == holdVersion)
        {
            Finish();
        }
    }

    private string WhoHolds() => phase == Phase.Holding
        ? string.Join(", ", Enumerable.Range(0, partitions.Length).Where(k => !held.Contains((uint)k)).Select(k => $"the parameter server of partition {k}"))
        : $"the state of step {stopVersion}";

    private void Conclude()
    {
        if (phase == Phase.Ended)
        {
            return;
        }

        // Also where somebody stopped it at that very epoch: there is nothing to go on with.
        if (lastProcessed is { } last && IsEarlyEnd(last))
        {
            End(RunStatus.CompletedEarly, $"after epoch {files!.Plan.EpochOf(LastVersion)} of {Math.Ceiling(files.Spec.Epochs)}: {last.EarlyStop!.Why}");
            return;
        }

        bool completed = LastVersion == files!.FinishAt;
        string resume = $"go on with: disttrain train --resume {files.Directory}";
        End(completed ? RunStatus.Completed : "stopped", completed ? "" : $"{stopReason}; {resume}");
    }

    private void Fail(string reason)
    {
        if (phase == Phase.Ended)
        {
            return;
        }

        if (finishing)
        {
            // The result is saved: nothing that fails now can harm it.
            Conclude();
            return;
        }

        long? saved = lastProcessed?.State.Version ?? (files is { Start.Version: > 0 } ? files.Start.Version : null);
        string next = saved is null
            ? "no checkpoint was written yet"
            : $"the last checkpoint is of step {saved}; go on with: disttrain train --resume {files!.Directory}";
        string message = $"{reason}; {next}";
        if (environment.LogsFailures)
        {
            log.Error("Run {0:x} failed: {1}", job.Run, message);
        }

        Publish(RunEvents.Error(RunEvents.Failed, reason));
        End("failed", message);
    }

    private void End(string status, string message)
    {
        phase = Phase.Ended;
        Timers.Cancel("deadline");
        Timers.Cancel(TimesTimer);
        var summary = new Summary
        {
            Status = status, Message = message, RunDirectory = job.Directory, TestAccuracy = double.NaN, TestLoss = double.NaN,
        };
        if (files is not null)
        {
            Describe(summary);
        }

        string reason = status == "failed" ? message : "the run is over";
        foreach (RunMember member in roster.Members)
        {
            workers[member.Number].Tell(new EndRun { Run = job.Run, Incarnation = member.Incarnation, Reason = reason });
        }

        foreach (IActorRef? partition in partitions)
        {
            partition?.Tell(new EndRun { Run = job.Run, Reason = reason });
        }

        var record = new RunRecord { Time = Now(), Summary = summary };
        try
        {
            files?.Complete(record);
            WriteTrace();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Error(error, "Run {0:x}: its report or its trace could not be written", job.Run);
        }

        // In this order: who submits another job once the summary is out finds the coordinator free.
        Context.Parent.Tell(new RunEnded(job.Run, status));
        feed.Publish(record);
        Context.Stop(Self);
    }

    private void Describe(Summary summary)
    {
        summary.Dataset = files!.Spec.Dataset;
        summary.Model = files.Spec.Model;
        summary.Variant = files.Model.Variant;
        summary.Engine = files.Spec.Engine;
        summary.Workers = (uint)Math.Max(roster.Ready.Count(), 0);
        summary.Shards = (uint)files.Spec.Shards;
        summary.Partitions = (uint)files.Spec.Partitions;
        summary.Epochs = files.Spec.Epochs;
        summary.Emulated = files.Spec.IsEmulated;
        summary.Steps = (ulong)(progress?.AppliedEverywhere ?? 0);
        summary.TrainSeconds = progress?.LastStep.TotalSeconds ?? 0;
        summary.SamplesPerSecond = summary.TrainSeconds > 0 ? progress!.Samples / summary.TrainSeconds : 0;
        summary.TimeSplit.AddRange(times.Totals());
        if (lastProcessed is { } last)
        {
            summary.Checkpoint = last.Checkpoint;
            summary.WeightsSha256 = last.WeightsSha256;
            if (last.EarlyStop is { BestEpoch: > 0 } early)
            {
                summary.BestEpoch = (uint)early.BestEpoch;
                summary.BestCheckpoint = early.BestCheckpoint;
            }

            if (last.Test is { } test)
            {
                summary.TestAccuracy = files.Accuracy((double)test.Correct / test.Count);
                summary.TestLoss = test.LossSum / test.Count;
            }

            if (last.Validation is { } validation)
            {
                summary.ValidationAccuracy = files.Accuracy((double)validation.Correct / validation.Count);
                summary.ValidationLoss = validation.LossSum / validation.Count;
            }
        }
    }

    private StatusReply Status()
    {
        var reply = new StatusReply
        {
            Run = job.Run,
            RunDirectory = job.Directory,
            State = phase switch
            {
                Phase.Preparing or Phase.Gathering => "starting",
                Phase.Training => "training",
                _ => "stopping",
            },
            Step = (ulong)(progress?.AppliedSomewhere ?? 0),
            TotalSteps = (ulong)(files?.FinishAt ?? 0),
            Epoch = files is null || progress is null ? 0 : (uint)files.Plan.EpochOf(progress.AppliedSomewhere) + 1,
            Epochs = job.Spec.Epochs,
            Loss = progress?.LastLoss ?? double.NaN,
            SamplesPerSecond = progress?.SamplesPerSecond(Elapsed) ?? 0,
            WaitingFor = phase == Phase.Gathering ? Lacking() : "",
        };
        reply.Workers.AddRange(WorkerRows());
        foreach (IGrouping<string, PartitionAddress> host in addresses.OfType<PartitionAddress>().GroupBy(at => $"{at.Host}:{at.Port}"))
        {
            var row = new ServerRow { Address = host.First().Host, Plane = host.Key };
            row.Partitions.AddRange(host.Select(at => at.Partition));
            reply.Servers.Add(row);
        }

        return reply;
    }
}
