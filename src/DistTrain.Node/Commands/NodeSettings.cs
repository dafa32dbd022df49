using System.Globalization;
using static DistTrain.Node.Commands.SettingValue;

namespace DistTrain.Node.Commands;

/// <summary>Every knob of <c>node</c>, in the order of its help text. All can come from the environment, for containers.</summary>
internal static class NodeSettings
{
    public static IReadOnlyList<Setting<NodeOptions>> All { get; } =
    [
        new("--role", null, "DISTTRAIN_ROLE", "coordinator|ps|worker(,..)", "what this node does; several with commas", null, (o, from, v) => o with { Roles = Roles(from, v) }),
        new("--host", null, "DISTTRAIN_HOST", "H", "name or address at which the other nodes reach this one; auto: this machine's address on the way to the seeds", "127.0.0.1", (o, from, v) => o with { Host = Host(from, v) }),
        new("--bind", null, "DISTTRAIN_BIND", "ADDRESS", "address to listen on, such as 0.0.0.0", "that of --host", (o, from, v) => o with { Bind = Host(from, v) }),
        new("--port", null, "DISTTRAIN_PORT", "P", "port of the cluster's membership; 0: any free one", "0", (o, from, v) => o with { Port = Port(from, v) }),
        new("--seeds", null, "DISTTRAIN_SEEDS", "h:p,..", "nodes to join the cluster through; a coordinator without any starts one", null, (o, from, v) => o with { Seeds = Seeds(from, v) }),
        new("--plane-port", null, "DISTTRAIN_PLANE_PORT", "P", "where a parameter server listens for gradients; 0: any free one", "0", (o, from, v) => o with { PlanePort = Port(from, v) }),
        new("--client-port", null, "DISTTRAIN_CLIENT_PORT", "P", "where the node answers health checks, and a coordinator its clients", "4200 for a coordinator, else any free one", (o, from, v) => o with { ClientPort = Port(from, v) }),
        new("--shared-memory", null, "DISTTRAIN_SHARED_MEMORY", "on|off", "whether gradients and weights of processes on one machine go through memory that they share; off: through sockets, as between machines", "on", (o, from, v) => o with { SharedMemory = Choice(from, v, "on", "off") == "on" }),
        new("--workers-per-node", null, "DISTTRAIN_WORKERS_PER_NODE", "N", "workers on this node, each on its own thread", "1", (o, from, v) => o with { WorkersPerNode = Integer(from, v, 1, 1024) }),
        new("--data-dir", null, null, "DIR", "folder that holds the data set, instead of the usual places (DISTTRAIN_DATA names one to look in first)", null, (o, from, v) => o with { DataDirectory = NotEmpty(from, v, "a folder") }),
        new("--runs-dir", null, "DISTTRAIN_RUNS_DIR", "DIR", "where a coordinator makes run directories", "runs", (o, from, v) => o with { RunsDirectory = NotEmpty(from, v, "a folder") }),
        new("--worker-timeout", null, "DISTTRAIN_WORKER_TIMEOUT", "SECONDS", "how long a job may wait for the workers it asks for", "60", (o, from, v) => o with { WorkerTimeout = Seconds(from, v) }),
        new("--parent", null, null, "PID", "end when that process does, and leave Ctrl-C to it", null, (o, from, v) => o with { ParentProcess = Integer(from, v, 1, int.MaxValue) }),
    ];

    private static NodeRoles Roles(string from, string text)
    {
        NodeRoles roles = NodeRoles.None;
        foreach (string role in text.Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= role switch
            {
                "coordinator" => NodeRoles.Coordinator,
                "ps" => NodeRoles.ParameterServer,
                "worker" => NodeRoles.Worker,
                _ => throw Refuse(from, text, "coordinator, ps or worker, or several with commas"),
            };
        }

        return roles;
    }

    private static string Host(string from, string text) =>
        Uri.CheckHostName(text) is not UriHostNameType.Unknown ? text : throw Refuse(from, text, "a host name or IP address");

    private static int Port(string from, string text) => Integer(from, text, 0, 65535);

    private static string[] Seeds(string from, string text)
    {
        string[] seeds = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return seeds.Length > 0 && seeds.All(IsEndpoint) ? seeds : throw Refuse(from, text, "HOST:PORT, or several with commas");
    }

    private static bool IsEndpoint(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0
            && Uri.CheckHostName(text[..colon]) is not UriHostNameType.Unknown
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= 65535;
    }
}
