using Akka.Actor;
using Akka.Event;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training.Ledger;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <content>Training: what it hears, and its beginning.</content>
internal sealed partial class RunActor
{
    private long trainingBegan;

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
}
