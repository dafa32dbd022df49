using System.Net;
using System.Net.Sockets;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>The bare minimum: so many bytes there and as many back, blocking, no delay, buffers used again.</summary>
internal sealed class SocketEcho : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] bytes;

    public SocketEcho(int port, int length)
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        bytes = new byte[length];
        new Random(1).NextBytes(bytes);
    }

    public void Exchange()
    {
        socket.Send(bytes);
        Fill(socket, bytes);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Answers one client until it goes.</summary>
    public static void Serve(Socket listener, int length)
    {
        using Socket client = listener.Accept();
        client.NoDelay = true;
        byte[] bytes = new byte[length];
        while (Fill(client, bytes))
        {
            client.Send(bytes);
        }
    }

    private static bool Fill(Socket socket, byte[] bytes)
    {
        for (int filled = 0; filled < bytes.Length;)
        {
            int received = socket.Receive(bytes.AsSpan(filled));
            if (received == 0)
            {
                return false;
            }

            filled += received;
        }

        return true;
    }
}
