using Akka.Actor;
using DistTrain.Protocol.Control;
using DistTrain.Training.Engines;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>A worker that is free for this run, from the coordinator.</summary>
internal sealed record WorkerArrived(IActorRef Worker, RegisterWorker Registration);

/// <summary>A worker's node left in an orderly way, or may be lost.</summary>
internal sealed record WorkerDeparted(IActorRef Worker, ulong Incarnation, bool Orderly, string Reason);

/// <summary>A host of parameter servers, from the coordinator.</summary>
internal sealed record ServerArrived(IActorRef Server, string Address);

internal sealed record ServerDeparted(IActorRef Server, string Reason);

/// <summary>A run gave this worker up: it is not to be given another, unless it makes itself known again.</summary>
internal sealed record WorkerSuspected(IActorRef Worker, ulong Incarnation, string Reason);

/// <summary>A run lost its link to the parameter server of this actor: its host is not to be given more, unless it makes itself known again.</summary>
internal sealed record ServerSuspected(IActorRef ParameterServer, string Reason);

/// <summary>Files, data and the state to start from are there.</summary>
internal sealed record FilesOpened(RunFiles Files);

internal sealed record PreparationFailed(Exception Error);

/// <summary>A line of progress for the user.</summary>
internal sealed record PreparationProgressed(string Message);

/// <summary>All links to the partitions are open.</summary>
internal sealed record LinksOpened(CoordinatorLinks Links);

/// <summary>A snapshot was evaluated and saved.</summary>
internal sealed record SnapshotProcessed(WholeState State, GradientResult? Test, string Checkpoint, string WeightsSha256)
{
    /// <summary>On the validation set, if the job has one.</summary>
    public GradientResult? Validation { get; init; }

    /// <summary>Of a job with patience.</summary>
    public EarlyStop? EarlyStop { get; init; }
}

/// <summary>Whether a run has come to the end of its patience, and what was best so far.</summary>
/// <param name="BestEpoch">0 if none was.</param>
/// <param name="BestCheckpoint">Empty if there is none.</param>
/// <param name="Why">In one line.</param>
internal sealed record EarlyStop(bool IsDue, int BestEpoch, string BestCheckpoint, string Why);

internal sealed record SnapshotFailed(WholeState State, Exception Error);

/// <summary>Asks a run to stop at the next step that all partitions can reach.</summary>
internal sealed record StopRun(string Reason);

internal sealed record QueryStatus
{
    public static readonly QueryStatus Instance = new();
}

/// <summary>A run is over and its files are closed.</summary>
internal sealed record RunEnded(ulong Run, string Status);
