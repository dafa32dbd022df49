namespace DistTrain.Node.Actors.Worker;

/// <summary>The process shuts down; answered by <see cref="WorkerHasLeft"/>.</summary>
internal sealed record LeaveCluster
{
    public static readonly LeaveCluster Instance = new();
}

internal sealed record WorkerHasLeft
{
    public static readonly WorkerHasLeft Instance = new();
}
