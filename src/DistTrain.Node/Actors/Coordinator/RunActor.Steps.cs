using System.Runtime.InteropServices;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training.Ledger;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>The account of applied steps: ledger, losses, rates.</content>
internal sealed partial class RunActor
{
    private static readonly TimeSpan WorkerRowsEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Of the account at hand; kept, for there is one of them every few milliseconds.</summary>
    private readonly List<RunRecord> stepRecords = [];

    private StepAccount? progress;
    private TimeSpan rowsPublished;

    private void OnStepsApplied(StepsApplied applied)
    {
        if (applied.Run != job.Run || files is null || progress is null)
        {
            return;
        }

        if (!AppliedStep.AreIn(applied, files.Spec.Shards))
        {
            Fail($"partition {applied.Partition} gave an account of its steps that is not whole");
            return;
        }

        lossesSinceStep = 0;
        stepRecords.Clear();
        for (int i = 0; i < applied.Times.Count; i++)
        {
            var step = new AppliedStep(applied, i);
            WriteLedger((int)applied.Partition, step);
            if (progress.Take((int)applied.Partition, step, Elapsed) is { } totals)
            {
                stepRecords.Add(RecordOf(totals, step));
            }
        }

        // All at once: readers that woke for each step would take the cores from the workers.
        if (stepRecords.Count > 0)
        {
            Publish(CollectionsMarshal.AsSpan(stepRecords));
        }

        files.FlushLedger();
        ProcessSnapshots();
    }

    private void WriteLedger(int partition, AppliedStep step)
    {
        int epoch = files!.Plan.EpochOf(step.Version - 1);
        int inEpoch = files.Plan.StepOf(step.Version - 1);
        for (int shard = 0; shard < step.Shards; shard++)
        {
            AppliedMicrobatch microbatch = step[shard];
            files.Append(new LedgerRecord(
                LedgerRecordKind.Applied,
                partition,
                epoch,
                shard,
                inEpoch,
                step.Version,
                microbatch.Samples,
                microbatch.Worker,
                microbatch.Incarnation,
                microbatch.GradientChecksum));
        }
    }

    private RunRecord RecordOf(StepTotals totals, AppliedStep step)
    {
        for (int shard = 0; shard < step.Shards; shard++)
        {
            roster.Members[step[shard].Worker - 1].Samples += step[shard].Samples;
        }

        TimeSpan now = Elapsed;
        var record = new StepRecord
        {
            Step = (ulong)totals.Version,
            Epoch = (uint)totals.Epoch + 1,
            Loss = totals.Loss,
            Accuracy = files!.Accuracy(totals.Accuracy),
            LearningRate = totals.LearningRate,
            SamplesPerSecond = progress!.SamplesPerSecond(now),
            TrainSeconds = now.TotalSeconds,
            AppliedAt = step.Time,
        };
        if (now - rowsPublished >= WorkerRowsEvery)
        {
            rowsPublished = now;
            record.Activity = new Activity { Workers = { WorkerRows() }, TimeSplit = { times.OfLate() } };
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
}
