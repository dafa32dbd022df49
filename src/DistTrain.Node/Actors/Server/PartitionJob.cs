using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>What one parameter server is to do in one run.</summary>
/// <param name="FinishAt">The version after which the run is over.</param>
/// <param name="TracedUntil">Spans are told of steps up to this one; 0 for none.</param>
public sealed record PartitionJob(ulong Run, PartitionRange Range, JobSpec Spec, EpochPlan Plan, long FinishAt, long TracedUntil)
{
    /// <summary>Whether the coordinator wants the whole state at this version: ends of epochs, checkpoints, the last step.</summary>
    public bool IsSnapshot(long version, long last) =>
        version == last
        || version % Plan.StepsPerEpoch == 0
        || (Spec.CheckpointEvery > 0 && version % Spec.CheckpointEvery == 0);
}
