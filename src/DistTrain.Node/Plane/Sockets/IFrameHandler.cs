namespace DistTrain.Node.Plane.Sockets;

/// <summary>What one end of a link makes of the frames it gets. Called on the link's reader thread.</summary>
internal interface IFrameHandler
{
    /// <summary>The peer, for messages: "worker 3 at 10.0.0.7:4711".</summary>
    string PeerName { get; }

    /// <summary>The frame that the peer begins with: HELLO or WELCOME.</summary>
    string Greeting { get; }

    /// <summary>
    /// A header was read; the handler reads the payload. A <see cref="LinkFaultException"/> closes the link. PING and
    /// GOODBYE do not come here.
    /// </summary>
    void Handle(FrameReader frame);

    /// <summary>The link ended; called once, last.</summary>
    void Ended(string reason);
}
