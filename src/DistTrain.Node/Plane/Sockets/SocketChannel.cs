using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// A connected TCP socket, not blocking: only so can a caller's thread send what the kernel takes at once and leave
/// the rest to another. The reader waits in poll.
/// </summary>
internal sealed class SocketChannel : IByteChannel
{
    private readonly Socket socket;
    private readonly ArraySegment<byte>[] both = new ArraySegment<byte>[2];

    public SocketChannel(Socket socket, int sendBuffer)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("The parameter plane sends floats as they are in memory, which must be little-endian.");
        }

        this.socket = socket;
        socket.NoDelay = true;
        socket.SendBufferSize = sendBuffer;
        socket.Blocking = false;
    }

    public bool HasUnread
    {
        get
        {
            try
            {
                return socket.Available > 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public int Receive(Span<byte> destination)
    {
        while (true)
        {
            int received = socket.Receive(destination, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    return received;
                case SocketError.WouldBlock:
                    socket.Poll(-1, SelectMode.SelectRead);
                    break;
                case SocketError.Interrupted:
                    break;
                default:
                    throw Broken(error);
            }
        }
    }

    public int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        SocketError error;
        int sent;
        if (!first.IsEmpty && MemoryMarshal.TryGetArray(first, out both[0]) && !second.IsEmpty && MemoryMarshal.TryGetArray(second, out both[1]))
        {
            sent = socket.Send(both, SocketFlags.None, out error);
        }
        else
        {
            sent = socket.Send(first.IsEmpty ? second.Span : first.Span, SocketFlags.None, out error);
        }

        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.Interrupted or SocketError.NoBufferSpaceAvailable => 0,
            _ => throw Broken(error),
        };
    }

    public bool WaitToSend(TimeSpan timeout)
    {
        try
        {
            return socket.Poll(timeout, SelectMode.SelectWrite);
        }
        catch (SocketException e)
        {
            throw Broken(e.SocketErrorCode);
        }
    }

    public void EndSending() => Shutdown(SocketShutdown.Send);

    public void Abort() => Shutdown(SocketShutdown.Both);

    public void Dispose() => socket.Dispose();

    private static IOException Broken(SocketError error)
    {
        SocketException cause = new((int)error);
        return new IOException(cause.Message, cause);
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was quicker: there is nothing left to shut.
        }
    }
}
