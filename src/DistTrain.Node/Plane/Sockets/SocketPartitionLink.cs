using System.Net.Sockets;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Protocol.Plane;
using DistTrain.Training;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>A worker's or the coordinator's end of a link over TCP.</summary>
public sealed class SocketPartitionLink : IPartitionLink, IFrameHandler
{
    private readonly IPartitionLinkObserver observer;
    private readonly VectorReceiver vectors;
    private readonly StateReceiver states;
    private readonly Connection connection;
    private readonly TaskCompletionSource<string?> welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BufferPool buffers;
    private readonly bool sharesMemory;
    private bool established;
    private LinkMemory? memory;
    private WeightsWatch? watch;

    private SocketPartitionLink(
        Socket socket,
        string address,
        PlaneIdentity identity,
        int length,
        BufferPool buffers,
        IPartitionLinkObserver observer,
        PlaneSocketOptions options)
    {
        Identity = identity;
        Address = address;
        this.buffers = buffers;
        sharesMemory = options.SharedMemory && identity.Role == PlaneRole.Worker;
        this.observer = observer;
        vectors = new VectorReceiver(buffers, length);
        states = new StateReceiver(vectors);
        connection = new Connection(
            new SocketChannel(socket, options.SendBuffer), FrameKind.State, options, this, $"plane {identity.Partition}");
        connection.Start();
        connection.Open(sender =>
        {
            sender.Address(identity);
            sender.BeginHello(identity, length);
        });
    }

    public PlaneIdentity Identity { get; }

    public string Address { get; }

    /// <summary>Where gradients are best written: what comes from there may not have to be copied on its way.</summary>
    public IBufferSource Buffers => memory is null ? buffers : memory.Outgoing;

    public bool SharesMemory => memory is not null;

    public ILookout? Lookout => watch;

    public ISeat? Seat { get; private set; }

    /// <summary>Done when the link is closed, its threads are through and every buffer was given back.</summary>
    public Task Ended => connection.Ended;

    string IFrameHandler.PeerName => $"partition {Identity.Partition} at {Address}";

    string IFrameHandler.Greeting => "WELCOME";

    /// <summary>
    /// Links to a partition. The observer may hear from the link before this returns. If it fails there was no link,
    /// and the observer hears nothing.
    /// </summary>
    /// <param name="length">Number of parameters that the partition must have.</param>
    /// <param name="buffers">Buffers of that length, to receive into.</param>
    /// <exception cref="UserErrorException">Nobody answers there, or the server refuses; the message says why.</exception>
    public static async Task<SocketPartitionLink> ConnectAsync(
        string host,
        int port,
        PlaneIdentity identity,
        int length,
        BufferPool buffers,
        IPartitionLinkObserver observer,
        PlaneSocketOptions? options,
        CancellationToken cancellation)
    {
        options ??= new PlaneSocketOptions();
        ArgumentOutOfRangeException.ThrowIfNotEqual(buffers.Length, length);
        string address = host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";
        Socket socket = await ReachAsync(host, port, address, identity, options, cancellation).ConfigureAwait(false);
        SocketPartitionLink link;
        try
        {
            link = new SocketPartitionLink(socket, address, identity, length, buffers, observer, options);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Unreachable(identity, address, e.Message, e);
        }

        string? refusal;
        try
        {
            refusal = await link.welcome.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            link.Dispose();
            throw;
        }

        return refusal is null ? link : throw new UserErrorException($"No link to partition {identity.Partition} of run {identity.Run}: {refusal}.");
    }

    public void Push(GradientPush push) => connection.Send(LinkMessage.Of(push));

    public void SendState(PartitionState state) => connection.Send(LinkMessage.Of(state));

    /// <summary>Closes the link without waiting: see <see cref="Ended"/>. The observer hears of it.</summary>
    public void Dispose() => connection.Close("closed by its owner");

    void IFrameHandler.Handle(FrameReader frame)
    {
        FrameHeader header = frame.Header;
        FrameHeaders.CheckAddress(header, Identity);
        if (!established)
        {
            Welcomed(frame);
            return;
        }

        switch (header.Kind)
        {
            case FrameKind.Weights when Identity.Role == PlaneRole.Worker:
                long version = FrameHeaders.ReadVersion(header);
                if (vectors.Receive(frame) is { } weights)
                {
                    observer.WeightsReceived(this, version, weights);
                }

                break;
            case FrameKind.Bell when watch is not null:
                frame.ReadPayload(default);
                watch.Take();
                break;
            case FrameKind.Snapshot when Identity.Role == PlaneRole.Coordinator:
                if (states.Receive(frame) is { } state)
                {
                    observer.SnapshotReceived(this, state);
                }

                break;
            default:
                throw new LinkFaultException($"a frame of kind {header.Kind} is not for a {Identity.Role} to get");
        }
    }

    void IFrameHandler.Ended(string reason)
    {
        vectors.Release();
        states.Release();
        watch?.Close();
        memory?.End();
        if (established)
        {
            observer.Closed(this, reason);
        }
        else
        {
            welcome.SetResult(reason);
        }
    }

    private static async Task<Socket> ReachAsync(
        string host, int port, string address, PlaneIdentity identity, PlaneSocketOptions options, CancellationToken cancellation)
    {
        // A blocking connect on a thread of its own: an asynchronous one would leave the socket registered with the
        // runtime's event loop, which then wakes for every frame.
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        Task connecting = Task.Factory.StartNew(
            () => socket.Connect(host, port), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await connecting.WaitAsync(options.HelloLimit, options.Time, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is SocketException or TimeoutException or OperationCanceledException)
        {
            // Ends the attempt if it still runs; what it then fails with has been dealt with here.
            socket.Dispose();
            _ = connecting.ContinueWith(attempt => attempt.Exception, TaskScheduler.Default);
            if (e is OperationCanceledException)
            {
                throw;
            }

            string why = e is TimeoutException ? $"no answer within {options.HelloLimit.TotalSeconds:0.0} s" : e.Message;
            throw Unreachable(identity, address, why, e);
        }
    }

    private static UserErrorException Unreachable(PlaneIdentity identity, string address, string why, Exception cause) =>
        new($"Cannot reach partition {identity.Partition} of run {identity.Run} at {address}: {why}; is its node up?", cause);

    private void Welcomed(FrameReader frame)
    {
        if (frame.Header.Kind != FrameKind.Welcome)
        {
            throw new LinkFaultException($"the first frame must be WELCOME, not {frame.Header.Kind}");
        }

        frame.ReadPayload(default);
        frame.Established = true;
        if (sharesMemory && LinkMemory.Accept(frame.Header, buffers.Length, buffers) is { } shared)
        {
            memory = shared;
            watch = new WeightsWatch(shared.Weights, shared.Incoming, (version, weights) => observer.WeightsReceived(this, version, weights), connection.Close);
            connection.ShareMemory(shared.Outgoing);
            Seat = SharedMemory.Seat.Accept(frame.Header);
        }

        established = true;
        welcome.SetResult(null);
    }
}
