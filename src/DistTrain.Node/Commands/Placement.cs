namespace DistTrain.Node.Commands;

/// <summary>Where the actors of a run live when no cluster was named.</summary>
public enum Placement
{
    /// <summary>All in this process, without sockets.</summary>
    InProcess,

    /// <summary>Coordinator, parameter servers and workers as child processes on loopback.</summary>
    Processes,
}
