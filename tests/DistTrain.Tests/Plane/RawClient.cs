using System.Net.Sockets;
using System.Text;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;

namespace DistTrain.Tests.Plane;

/// <summary>A client that says what the test wants, valid or not.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Plain channel;
    private readonly FrameReader reader;

    public RawClient(PlaneListener listener)
    {
        socket.Connect(listener.Endpoint);
        socket.ReceiveTimeout = (int)Wait.Deadline.TotalMilliseconds;
        channel = new Plain(socket);
        reader = new FrameReader(channel) { Established = true };
    }

    public FrameHeader Header => reader.Header;

    /// <summary>The bytes of a valid frame.</summary>
    public static byte[] Frame(Action<FrameHeader> fill, byte[]? payload = null)
    {
        FrameEncoder encoder = new();
        fill(encoder.Header);
        return [.. encoder.Encode(payload?.Length ?? 0, FrameChecksum.OfPayload(payload)).Span, .. payload ?? []];
    }

    public static byte[] Hello(PlaneIdentity identity, int length, Action<FrameHeader>? change = null) => Frame(header =>
    {
        header.Kind = FrameKind.Hello;
        header.Run = identity.Run;
        header.Partition = (uint)identity.Partition;
        FrameHeaders.WriteIdentity(header, identity, length);
        change?.Invoke(header);
    });

    /// <summary>One piece of a push, valid unless changed.</summary>
    public static byte[] Push(PlaneIdentity identity, int offset, int count, int total, Action<FrameHeader>? change = null) => Frame(
        header =>
        {
            header.Kind = FrameKind.Push;
            header.Run = identity.Run;
            header.Partition = (uint)identity.Partition;
            header.Version = 5;
            header.Offset = (ulong)offset;
            header.Count = (uint)count;
            header.Total = (ulong)total;
            change?.Invoke(header);
        },
        new byte[count * sizeof(float)]);

    /// <summary>Sends as much as the server still takes: it may close in the middle.</summary>
    public void Send(byte[] bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
        }
    }

    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
        }
    }

    /// <summary>The next frame's payload; its header is in <see cref="Header"/>. Null at the end.</summary>
    public byte[]? Next()
    {
        if (!reader.ReadHeader())
        {
            return null;
        }

        byte[] payload = new byte[reader.PayloadLength];
        reader.ReadPayload(payload);
        return payload;
    }

    /// <summary>Reads on until the server closes, and returns the reason it gave, if any.</summary>
    public string? ReadReason()
    {
        string? reason = null;
        try
        {
            while (Next() is { } payload)
            {
                reason = Header.Kind == FrameKind.Goodbye ? Encoding.UTF8.GetString(payload) : reason;
            }
        }
        catch (IOException)
        {
        }

        return reason;
    }

    public void Dispose() => socket.Dispose();

    private sealed class Plain(Socket socket) : IByteChannel
    {
        public bool HasUnread => false;

        public int Receive(Span<byte> destination)
        {
            try
            {
                return socket.Receive(destination);
            }
            catch (SocketException e) when (e.SocketErrorCode != SocketError.TimedOut)
            {
                throw new IOException(e.Message, e);
            }
        }

        public int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) => throw new NotSupportedException();

        public bool WaitToSend(TimeSpan timeout) => throw new NotSupportedException();

        public void EndSending() => throw new NotSupportedException();

        public void Abort() => throw new NotSupportedException();

        public void Dispose() => throw new NotSupportedException();
    }
}
