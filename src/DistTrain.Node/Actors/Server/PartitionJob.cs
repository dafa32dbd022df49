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

    /// <summary>
    /// Whether this version may turn out to be the last, so that no step is applied before the coordinator has tested it: where a run ends early must not
    /// depend on how fast the test was.
    /// </summary>
    public bool AwaitsVerdict(long version, long last) => Spec.Patience > 0 && version != last && version % Plan.StepsPerEpoch == 0;
}
