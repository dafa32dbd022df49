using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>
/// The first account of steps and the first checkpoint of a process take some 60 ms of a processor in which code is compiled, generic types of the runtime's libraries over types
/// of ours above all: nobody can compile those ahead. Workers want the processors then; while they load, one is idle.
/// </summary>
internal static class CoordinatorWarmUp
{
    private static int begun;

    /// <summary>Runs it once in the life of a process, beside all else. Nobody waits for it.</summary>
    /// <param name="failed">Called if it could not be done: then the first steps compile what they need, as they would have.</param>
    public static void Begin(Action<Exception> failed)
    {
        if (Interlocked.Exchange(ref begun, 1) == 0)
        {
            _ = Task.Run(Run).ContinueWith(task => failed(task.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>Does with figures that nobody wants what a run does with its own. Nothing is written anywhere, and no later result depends on it.</summary>
    public static void Run()
    {
        TakeStep();
        TellTimes();
        SaveCheckpoint();
    }

    private static void TakeStep()
    {
        var applied = new StepsApplied { FirstVersion = 1, Times = { 0 }, LearningRates = { 0 }, Samples = { 1 }, LossSums = { 0 }, Correct = { 0 }, Skipped = { 0 }, Workers = { 1 }, Incarnations = { 0 }, GradientChecksums = { 0 } };
        var account = new StepAccount(new EpochPlan(samples: 1, shards: 1, batchSize: 1, seed: 0), partitions: 1, start: 0);
        _ = account.Take(0, new AppliedStep(applied, 0), TimeSpan.Zero);
        _ = account.SamplesPerSecond(TimeSpan.Zero);
        _ = account.Epoch(account.AppliedEverywhere == account.AppliedSomewhere ? 1 : 0);
    }

    private static void TellTimes()
    {
        var account = new TimeAccount();
        account.Take(new TimesTold { Worker = 1, Seconds = { 0 } }, TimeSpan.Zero);
        account.Take(new TimesTold { Worker = 2, Seconds = { 0 } }, TimeSpan.Zero);
        account.Take(new TimesTold { Partition = 0, Seconds = { 0 } }, TimeSpan.Zero);
        _ = account.Totals().Concat(account.OfLate()).Count();
    }

    /// <summary>Of the default job, whatever is trained: other models take the same code, and more memory.</summary>
    private static void SaveCheckpoint()
    {
        var job = new JobSpec();
        int parameters = job.Network().Layout.Count;
        using var snapshots = new SnapshotAssembly(PartitionRange.Split(parameters, partitions: 1));
        var buffers = new BufferPool(parameters);
        snapshots.Add(0, new PartitionState(1, buffers.Rent(), Moment(Moments.First), Moment(Moments.Second)));
        WholeState state = snapshots.TakeNext(upTo: 1)!;
        CheckpointFile.Write(Stream.Null, new Checkpoint { Job = job, Epoch = 1, Step = 1, Weights = state.Weights, FirstMoment = state.FirstMoment, SecondMoment = state.SecondMoment });

        SharedBuffer? Moment(Moments which) => (job.KeptMoments() & which) == 0 ? null : buffers.Rent();
    }
}
