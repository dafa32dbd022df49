using System.Net;
using System.Net.Sockets;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>The server's end of a link: a stranger until its HELLO is accepted, then a partition's peer.</summary>
internal sealed class SocketPeer : IPlanePeer, IFrameHandler
{
    private readonly PlaneListener listener;
    private readonly Connection connection;
    private readonly bool sharesMemory;
    private Accepted? accepted;

    public SocketPeer(PlaneListener listener, Socket socket, PlaneSocketOptions options)
    {
        this.listener = listener;
        Address = socket.RemoteEndPoint?.ToString() ?? "an unknown address";
        sharesMemory = options.SharedMemory && IsOnThisMachine(socket);
        connection = new Connection(new SocketChannel(socket, options.SendBuffer), FrameKind.Snapshot, options, this, $"plane {Address}");
    }

    public PlaneIdentity Identity => accepted!.Identity;

    public string Address { get; }

    public string PeerName => accepted is null ? $"the client at {Address}"
        : accepted.Identity.Role == PlaneRole.Worker ? $"worker {accepted.Identity.Worker} at {Address}"
        : $"the coordinator at {Address}";

    public string Greeting => "HELLO";

    /// <summary>Whether no HELLO was accepted yet.</summary>
    public bool IsStranger => Volatile.Read(ref accepted) is null;

    /// <summary>The partition it is linked to, if any.</summary>
    public IPartitionEndpoint? Endpoint => Volatile.Read(ref accepted)?.Endpoint;

    public Task Ended => connection.Ended;

    public void Start() => connection.Start();

    public void SendWeights(long version, SharedBuffer weights) => connection.Send(LinkMessage.Of(version, weights.AddReference()));

    public void SendSnapshot(PartitionState state) => connection.Send(LinkMessage.Of(state));

    public void Close(string reason) => connection.Close(reason);

    public void Handle(FrameReader frame)
    {
        if (accepted is null)
        {
            Accept(frame);
            return;
        }

        FrameHeader header = frame.Header;
        FrameHeaders.CheckAddress(header, accepted.Identity);
        switch (header.Kind)
        {
            case FrameKind.Push when Identity.Role == PlaneRole.Worker:
                ReceivePush(frame, accepted);
                break;
            case FrameKind.State when Identity.Role == PlaneRole.Coordinator:
                if (accepted.States.Receive(frame) is { } state)
                {
                    accepted.Endpoint.StateReceived(this, state);
                }

                break;
            default:
                throw new LinkFaultException($"a frame of kind {header.Kind} is not for a {Identity.Role} to send");
        }
    }

    void IFrameHandler.Ended(string reason)
    {
        if (accepted is not null)
        {
            accepted.Release();
            accepted.Endpoint.Disconnected(this, reason);
        }

        listener.Forget(this);
    }

    /// <summary>Only what stays on a machine has one address at both ends.</summary>
    private static bool IsOnThisMachine(Socket socket) =>
        socket.RemoteEndPoint is IPEndPoint remote && socket.LocalEndPoint is IPEndPoint local && remote.Address.Equals(local.Address);

    private void Accept(FrameReader frame)
    {
        FrameHeader header = frame.Header;
        if (header.Kind != FrameKind.Hello)
        {
            throw new LinkFaultException($"the first frame must be HELLO, not {header.Kind}");
        }

        frame.ReadPayload(default);
        if (header.Protocol != PlaneProtocol.Version)
        {
            throw new LinkFaultException(
                $"this node speaks plane protocol {PlaneProtocol.Version}, not {header.Protocol}; run the same version everywhere");
        }

        PlaneIdentity identity = FrameHeaders.ReadIdentity(header);
        IPartitionEndpoint endpoint = listener.Find(identity);
        if (header.Total != (ulong)endpoint.Length)
        {
            throw new LinkFaultException($"partition {identity.Partition} has {endpoint.Length} parameters, not {header.Total}");
        }

        frame.Established = true;
        Volatile.Write(ref accepted, new Accepted(identity, endpoint, sharesMemory && identity.Role == PlaneRole.Worker, listener.Seats));
        if (!listener.Serves(endpoint))
        {
            // Unregistered in between, perhaps too early to see this link among those to close.
            accepted.Release();
            Volatile.Write(ref accepted, null);
            throw new LinkFaultException($"partition {identity.Partition} of run {identity.Run} has just left this node");
        }

        Accepted link = accepted;
        connection.Open(sender =>
        {
            sender.Address(identity);
            sender.Begin(FrameKind.Welcome, fill: link.Describe);
        });
        endpoint.Connected(this);
    }

    private void ReceivePush(FrameReader frame, Accepted link)
    {
        bool first = !link.Vectors.InProgress;
        SharedBuffer? gradient = link.Vectors.Receive(frame);
        if (frame.Header.Slot != 0 && link.TryConfirmMemory() is { } slots)
        {
            connection.ShareMemory(slots);
        }

        // The push owns the gradient before its header is looked at, so that a bad one is released with it.
        GradientPush push = link.Push ??= listener.Pushes.Rent();
        push.Gradient = gradient!;
        if (first)
        {
            FrameHeaders.ReadPush(frame.Header, push);
        }
        else if (frame.Header.NodeLevel != push.Node.Level || frame.Header.NodeIndex != push.Node.Index)
        {
            throw new LinkFaultException("a PUSH frame is out of order: it names another tree node than the piece before");
        }

        if (gradient is not null)
        {
            link.Push = null;
            link.Endpoint.Pushed(this, push);
        }
    }

    /// <summary>What belongs to a peer whose HELLO was accepted.</summary>
    private sealed class Accepted
    {
        private readonly Seats? seats;
        private bool memoryConfirmed;
        private int? seat;

        public Accepted(PlaneIdentity identity, IPartitionEndpoint endpoint, bool sharesMemory, Seats? seats)
        {
            Identity = identity;
            Endpoint = endpoint;
            Memory = sharesMemory ? LinkMemory.Offer(endpoint.Length, endpoint.Buffers) : null;
            this.seats = seats;
            seat = Memory is null ? null : seats?.Take();
            Vectors = new VectorReceiver(endpoint.Buffers, endpoint.Length) { Slots = Memory?.Incoming };
            States = new StateReceiver(Vectors);
        }

        public PlaneIdentity Identity { get; }

        public IPartitionEndpoint Endpoint { get; }

        public VectorReceiver Vectors { get; }

        public StateReceiver States { get; }

        /// <summary>Offered to the peer; null if there is none to share.</summary>
        public LinkMemory? Memory { get; }

        /// <summary>The push whose gradient is under way.</summary>
        public GradientPush? Push { get; set; }

        /// <summary>The peer has used the memory, so that weights may go there.</summary>
        /// <returns>Null if that was known.</returns>
        public OutgoingSlots? TryConfirmMemory()
        {
            if (memoryConfirmed)
            {
                return null;
            }

            memoryConfirmed = true;
            Memory!.Confirm();
            return Memory.Outgoing;
        }

        /// <summary>Says in WELCOME what is offered.</summary>
        public void Describe(FrameHeader welcome)
        {
            Memory?.Describe(welcome);
            if (seat is { } taken)
            {
                seats!.Describe(welcome, taken);
            }
        }

        public void Release()
        {
            if (seat is { } taken)
            {
                seats!.Free(taken);
                seat = null;
            }

            Memory?.End();
            Vectors.Release();
            States.Release();
            Push?.Release();
            Push = null;
        }
    }
}
