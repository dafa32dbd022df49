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
    /// <summary>Does with figures that nobody wants what a run does with its own. Nothing is written anywhere, and no later result depends on it.</summary>
    public static void Run(JobSpec spec)
    {
        TakeStep();
        TellTimes();
        SaveCheckpoint(spec);
    }

    private static void TakeStep()
    {
        var applied = new StepsApplied { FirstVersion = 1, Times = { 0 }, LearningRates = { 0 }, Samples = { 1 }, LossSums = { 0 }, Correct = { 0 }, Workers = { 1 }, Incarnations = { 0 }, GradientChecksums = { 0 } };
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

    private static void SaveCheckpoint(JobSpec spec)
    {
        int parameters = spec.Network().Layout.Count;
        Moments moments = spec.KeptMoments();
        using var snapshots = new SnapshotAssembly(PartitionRange.Split(parameters, partitions: 1));
        var buffers = new BufferPool(parameters);
        snapshots.Add(0, new PartitionState(1, buffers.Rent(), Moment(Moments.First), Moment(Moments.Second)));
        WholeState state = snapshots.TakeNext(upTo: 1)!;
        CheckpointFile.Write(Stream.Null, new Checkpoint { Job = spec, Epoch = 1, Step = 1, Weights = state.Weights, FirstMoment = state.FirstMoment, SecondMoment = state.SecondMoment });

        SharedBuffer? Moment(Moments which) => (moments & which) == 0 ? null : buffers.Rent();
    }
}
