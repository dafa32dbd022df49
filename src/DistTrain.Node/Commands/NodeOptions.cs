using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>What <c>node</c> was asked for, checked by <see cref="Validated"/>.</summary>
public sealed record NodeOptions
{
    public const int DefaultClientPort = 4200;

    private readonly int? clientPort;

    public NodeRoles Roles { get; init; }

    /// <summary>Name or address at which the other nodes reach this one; see <see cref="NodeAddress"/> for <c>auto</c>.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Address to listen on; empty for <see cref="Host"/>.</summary>
    public string Bind { get; init; } = "";

    /// <summary>Of the cluster's membership and control; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary><c>host:port</c> of nodes that are asked to let this one in. Empty only for a coordinator, which then starts a cluster.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>Where a parameter server listens for gradients; 0 for any free one.</summary>
    public int PlanePort { get; init; }

    /// <summary>
    /// Where a node answers health checks, and a coordinator its clients; 0 for any free one. When it was not given,
    /// 4200 for a coordinator and 0 for others, so that several nodes can share a machine.
    /// </summary>
    public int ClientPort { get => clientPort ?? (Roles.HasFlag(NodeRoles.Coordinator) ? DefaultClientPort : 0); init => clientPort = value; }

    /// <summary>Whether gradients and weights go through shared memory between this node and others of the same user on the same machine.</summary>
    public bool SharedMemory { get; init; } = true;

    public int WorkersPerNode { get; init; } = 1;

    /// <summary>Looked in before all other places; null for the usual ones.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where a coordinator makes run directories.</summary>
    public string RunsDirectory { get; init; } = "runs";

    /// <summary>How long a job may wait for the workers that it asks for.</summary>
    public TimeSpan WorkerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Process that this node belongs to, 0 for none: the node ends when that process does, and leaves Ctrl-C to it,
    /// because a terminal sends Ctrl-C to both.
    /// </summary>
    public int ParentProcess { get; init; }

    public bool Verbose { get; init; }

    /// <summary>These options, if they make sense together.</summary>
    /// <exception cref="UserErrorException">They do not.</exception>
    public NodeOptions Validated()
    {
        if (Roles == NodeRoles.None)
        {
            throw new UserErrorException("--role is missing: give coordinator, ps or worker, or several with commas");
        }

        if (Seeds.Count == 0 && !Roles.HasFlag(NodeRoles.Coordinator))
        {
            throw new UserErrorException("--seeds is missing: give the HOST:PORT of a coordinator to join (only a coordinator can start a cluster)");
        }

        if (WorkersPerNode > 1 && !Roles.HasFlag(NodeRoles.Worker))
        {
            throw new UserErrorException($"--workers-per-node is {WorkersPerNode}, but --role has no worker: add worker to --role or leave it out");
        }

        int[] ports = [.. new[] { Port, PlanePort, ClientPort }.Where(port => port != 0)];
        return ports.Distinct().Count() == ports.Length
            ? this
            : throw new UserErrorException($"--port {Port}, --plane-port {PlanePort} and --client-port {ClientPort} must differ");
    }
}
