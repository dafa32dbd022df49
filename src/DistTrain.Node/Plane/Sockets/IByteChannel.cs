namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// An ordered stream of bytes to a peer; all that the framing knows of a socket, so that an encrypted stream can take
/// its place. One thread receives, one at a time sends; the other members may be called from any thread.
/// Failures are <see cref="IOException"/>s.
/// </summary>
internal interface IByteChannel : IDisposable
{
    /// <summary>Whether received bytes wait to be read.</summary>
    bool HasUnread { get; }

    /// <summary>Waits for bytes; 0 means that the peer will send no more.</summary>
    int Receive(Span<byte> destination);

    /// <summary>
    /// Sends what the channel takes at once of one sequence and then the other, perhaps nothing. In one go: a small
    /// packet ahead of a large one would wake the peer too early.
    /// </summary>
    /// <returns>Number of bytes taken, of both together.</returns>
    int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second);

    /// <summary>Waits until <see cref="TrySend"/> may take something.</summary>
    /// <returns>False if the time ran out first.</returns>
    bool WaitToSend(TimeSpan timeout);

    /// <summary>Tells the peer that nothing more will be sent.</summary>
    void EndSending();

    /// <summary>Ends both directions; a waiting <see cref="Receive"/> returns.</summary>
    void Abort();
}
