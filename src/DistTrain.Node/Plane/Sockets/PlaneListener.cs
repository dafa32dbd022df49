using System.Net;
using System.Net.Sockets;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Training;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// The plane's TCP port of a process. Any number of partitions, of one run or several, share it; a client's HELLO
/// says which one it wants.
/// </summary>
public sealed class PlaneListener : IDisposable
{
    private readonly object gate = new();
    private readonly Dictionary<(ulong Run, int Partition), IPartitionEndpoint> partitions = [];
    private readonly HashSet<SocketPeer> peers = [];
    private readonly PlaneSocketOptions options;
    private readonly Socket socket;
    private readonly Thread acceptor;
    private bool closing;

    /// <param name="address">Where to listen; loopback unless told otherwise.</param>
    /// <param name="port">0 lets the system choose one.</param>
    /// <exception cref="UserErrorException">The port cannot be had.</exception>
    public PlaneListener(IPAddress? address = null, int port = 0, PlaneSocketOptions? options = null)
    {
        this.options = options ?? new PlaneSocketOptions();
        IPEndPoint wanted = new(address ?? IPAddress.Loopback, port);
        socket = new Socket(wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(wanted);
            socket.Listen(128);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new UserErrorException($"Cannot listen for parameter links on {wanted}: {e.Message}; choose another --plane-port.", e);
        }

        Seats = this.options.SharedMemory ? Seats.Create() : null;
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
        acceptor = new Thread(Accept) { IsBackground = true, Name = $"plane listener {Endpoint}" };
        acceptor.Start();
    }

    /// <summary>The address and port it is bound to.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Where received pushes come from.</summary>
    internal GradientPushPool Pushes { get; } = new();

    /// <summary>Of workers on this machine; null if there are none.</summary>
    internal Seats? Seats { get; }

    /// <summary>Lets clients link to a partition.</summary>
    public void Register(IPartitionEndpoint partition)
    {
        lock (gate)
        {
            if (!partitions.TryAdd((partition.Run, partition.Partition), partition))
            {
                throw new InvalidOperationException($"Partition {partition.Partition} of run {partition.Run} is registered already.");
            }
        }
    }

    /// <summary>Takes a partition off the port and ends its links.</summary>
    public void Unregister(IPartitionEndpoint partition, string reason)
    {
        lock (gate)
        {
            if (partitions.GetValueOrDefault((partition.Run, partition.Partition)) == partition)
            {
                partitions.Remove((partition.Run, partition.Partition));
            }
        }

        foreach (SocketPeer peer in Peers().Where(peer => peer.Endpoint == partition))
        {
            peer.Close(reason);
        }
    }

    /// <summary>Ends every link, and waits until they have ended, a little longer than the options' close grace at most.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closing)
            {
                return;
            }

            closing = true;
        }

        socket.Dispose();
        acceptor.Join();
        SocketPeer[] open = Peers();
        foreach (SocketPeer peer in open)
        {
            peer.Close("the node is shutting down");
        }

        Task.WaitAll(open.Select(peer => peer.Ended).ToArray(), (2 * options.CloseGrace) + TimeSpan.FromSeconds(1));
        Seats?.Dispose();
    }

    /// <summary>The partition that a HELLO asks for.</summary>
    internal IPartitionEndpoint Find(PlaneIdentity identity)
    {
        lock (gate)
        {
            if (partitions.TryGetValue((identity.Run, identity.Partition), out IPartitionEndpoint? found))
            {
                return found;
            }

            throw new LinkFaultException(partitions.Keys.Any(key => key.Run == identity.Run)
                ? $"partition {identity.Partition} of run {identity.Run} is not on this node"
                : $"run {identity.Run} is not on this node");
        }
    }

    internal bool Serves(IPartitionEndpoint partition)
    {
        lock (gate)
        {
            return partitions.GetValueOrDefault((partition.Run, partition.Partition)) == partition;
        }
    }

    internal void Forget(SocketPeer peer)
    {
        lock (gate)
        {
            peers.Remove(peer);
        }
    }

    private SocketPeer[] Peers()
    {
        lock (gate)
        {
            return [.. peers];
        }
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                Admit(socket.Accept());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                lock (gate)
                {
                    if (closing)
                    {
                        return;
                    }
                }

                // A client that left before it was accepted, or no free descriptors: neither ends the listener.
                Thread.Sleep(10);
            }
        }
    }

    private void Admit(Socket client)
    {
        SocketPeer peer;
        try
        {
            peer = new SocketPeer(this, client, options);
        }
        catch (SocketException)
        {
            client.Dispose();
            return;
        }

        lock (gate)
        {
            if (closing || peers.Count(known => known.IsStranger) >= options.StrangerLimit)
            {
                client.Dispose();
                return;
            }

            peers.Add(peer);
        }

        peer.Start();
    }
}
