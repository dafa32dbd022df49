using System.Net;
using System.Net.Sockets;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>Connections that say what no node would, and one that says nothing; held open until disposed.</summary>
internal sealed class Strangers : IDisposable
{
    private readonly List<Socket> sockets = [];
    private readonly Random random = new(1);

    /// <summary>Opens one connection for each kind of nonsense.</summary>
    public void Knock(string endpoint)
    {
        byte[] noise = new byte[100_000];
        random.NextBytes(noise);
        byte[][] lines =
        [
            noise,
            [0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0],
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
            [],
        ];
        foreach (byte[] line in lines)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 1000 };
            sockets.Add(socket);
            try
            {
                socket.Connect(IPEndPoint.Parse(endpoint));
                socket.Send(line);
            }
            catch (SocketException)
            {
                // To be cut off is the right answer.
            }
        }
    }

    public void Dispose() => sockets.ForEach(socket => socket.Dispose());
}
