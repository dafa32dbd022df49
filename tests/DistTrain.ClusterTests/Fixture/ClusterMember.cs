using DistTrain.Node.Hosting;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>A node that has said where it listens.</summary>
public sealed class ClusterMember
{
    private readonly NodeAnnouncement announcement;

    private ClusterMember(DistTrainProcess process, NodeAnnouncement announcement)
    {
        Process = process;
        this.announcement = announcement;
    }

    public DistTrainProcess Process { get; }

    /// <summary><c>host:port</c> of membership and control, by which messages name it.</summary>
    public string Address => announcement.Cluster;

    /// <summary>URL of its client plane.</summary>
    public string Client => announcement.Client;

    /// <summary><c>host:port</c> of its parameter plane.</summary>
    public string Plane => announcement.Plane;

    /// <summary>Waits for a node's announcement.</summary>
    public static ClusterMember Ready(DistTrainProcess process) => new(
        process, process.Line(line => NodeAnnouncement.TryParse(line, out NodeAnnouncement? found) ? found : null, "the line 'node ready'"));
}
