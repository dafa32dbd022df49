using System.Diagnostics.CodeAnalysis;

namespace DistTrain.Node.Hosting;

/// <summary>The line a node prints on stdout once it listens: for people, and for whoever started it on ports of the system's choice.</summary>
/// <param name="Cluster"><c>host:port</c> of membership and control; what others give as a seed.</param>
/// <param name="Client">URL of the client plane.</param>
/// <param name="Plane"><c>host:port</c> of the parameter plane; <c>-</c> on a node without it.</param>
internal sealed record NodeAnnouncement(string Roles, string Cluster, string Client, string Plane)
{
    private const string Opening = "node ready: ";

    public override string ToString() => $"{Opening}roles={Roles} cluster={Cluster} client={Client} plane={Plane}";

    public static bool TryParse(string line, [NotNullWhen(true)] out NodeAnnouncement? announcement)
    {
        announcement = null;
        if (!line.StartsWith(Opening, StringComparison.Ordinal))
        {
            return false;
        }

        Dictionary<string, string> fields = line[Opening.Length..].Split(' ')
            .Select(field => field.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (fields.TryGetValue("roles", out string? roles) && fields.TryGetValue("cluster", out string? cluster)
            && fields.TryGetValue("client", out string? client) && fields.TryGetValue("plane", out string? plane))
        {
            announcement = new NodeAnnouncement(roles, cluster, client, plane);
        }

        return announcement is not null;
    }
}
