using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DistTrain.ClusterTests.Fixture;

namespace DistTrain.ClusterTests;

/// <summary>A node listens where its own options say: settings of another program, in the folder that it is started in, are not its.</summary>
public sealed class ForeignSettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Node_does_not_listen_where_an_appsettings_file_says()
    {
        string port = FreePort().ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(folder.In("appsettings.json"), "{\"Kestrel\":{\"Endpoints\":{\"Other\":{\"Url\":\"http://0.0.0.0:" + port + "\"}}}}");

        using DistTrainProcess node = DistTrainProcess.LaunchWith("ASPNETCORE_CONTENTROOT", folder.Path, "node", "--role", "coordinator", "--client-port", "0");
        node.Line(line => line.StartsWith("node ready", StringComparison.Ordinal) ? line : null, "announce itself");

        using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = Assert.Throws<SocketException>(() => caller.Connect(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    public void Dispose() => folder.Dispose();

    private static int FreePort()
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)free.LocalEndPoint!).Port;
    }
}
