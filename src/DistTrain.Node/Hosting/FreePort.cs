using System.Net;
using System.Net.Sockets;
using DistTrain.Training;

namespace DistTrain.Node.Hosting;

/// <summary>
/// Looks whether a port can be had before libraries try, which would tell the user by stack traces. Somebody may still
/// take it in between; then it is they who tell.
/// </summary>
internal static class FreePort
{
    /// <param name="port">0, any free one, is always there.</param>
    /// <param name="option">Where the user chose it.</param>
    /// <exception cref="UserErrorException">It is taken, or the address is not this machine's.</exception>
    public static void Require(IPAddress address, int port, string option)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
        }
        catch (SocketException error)
        {
            throw new UserErrorException($"cannot listen on {address}:{port}: {error.Message}; choose another {option}", error);
        }
    }
}
