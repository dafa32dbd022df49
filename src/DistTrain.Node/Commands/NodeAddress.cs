using System.Net;
using System.Net.Sockets;

namespace DistTrain.Node.Commands;

/// <summary>Finds the address of this machine that others can reach, for <c>--host auto</c>: containers learn theirs only when they run.</summary>
internal static class NodeAddress
{
    public const string Auto = "auto";

    public static NodeOptions Resolve(NodeOptions options) =>
        options.Host == Auto ? options with { Host = (TowardsSeed(options.Seeds) ?? OfMachine() ?? IPAddress.Loopback).ToString() } : options;

    /// <summary>The local end of the route to the first seed whose name resolves. Connecting a datagram socket sends nothing.</summary>
    private static IPAddress? TowardsSeed(IEnumerable<string> seeds)
    {
        foreach (string seed in seeds)
        {
            int colon = seed.LastIndexOf(':');
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(seed[..colon], int.Parse(seed.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
                return ((IPEndPoint)socket.LocalEndPoint!).Address;
            }
            catch (SocketException)
            {
                // Unknown name or no route: the next seed, or the machine's own name, may do.
            }
        }

        return null;
    }

    private static IPAddress? OfMachine()
    {
        try
        {
            return Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(address => !IPAddress.IsLoopback(address));
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
