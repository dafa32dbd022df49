namespace DistTrain.Node.Plane.Sockets;

/// <summary>Time limits and sizes of the plane's sockets. The defaults suit a local network.</summary>
public sealed record PlaneSocketOptions
{
    /// <summary>A side that has sent nothing for this long sends a PING.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A link on which nothing arrived for this long is closed.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A link whose peer took no byte of what is waiting for this long is closed.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server waits for HELLO and a client for the connection and then for WELCOME.</summary>
    public TimeSpan HelloLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a closing link tries to get its reason across.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Pushes, states or snapshots that may wait to be sent; one more closes the link.</summary>
    public int QueueLimit { get; init; } = 64;

    /// <summary>Connections that may be open without a valid HELLO; more are closed unheard.</summary>
    public int StrangerLimit { get; init; } = 64;

    /// <summary>
    /// Number of floats a piece carries, at most <see cref="PlaneProtocol.PieceLimit"/>. Every piece costs system
    /// calls and wakes the reader, which is dearer than checking it: LeNet-5 is fastest in one.
    /// </summary>
    public int PieceLength { get; init; } = PlaneProtocol.PieceLimit;

    /// <summary>
    /// Size of the kernel's send buffer, in bytes. It takes a LeNet-5 gradient whole, so that the caller is not held
    /// up; the kernel cuts it to its own limit. Receive buffers are left to the kernel, which grows them.
    /// </summary>
    public int SendBuffer { get; init; } = 1 << 20;

    /// <summary>
    /// Whether gradients and weights go through memory that both processes have, where that can be. Either side can refuse.
    /// </summary>
    public bool SharedMemory { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
