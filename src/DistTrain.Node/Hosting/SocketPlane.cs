using System.Net;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Hosting;

/// <summary>The parameter plane over TCP, as the actors see it.</summary>
/// <param name="listener">Null on a node that holds no partitions.</param>
/// <param name="host">Name or address that other nodes reach this one by.</param>
internal sealed class SocketPlane(PlaneListener? listener, string host, PlaneSocketOptions options) : IPlaneHost, IPlaneConnector
{
    public PartitionAddress Register(IPartitionEndpoint endpoint)
    {
        PlaneListener open = listener ?? throw new InvalidOperationException("This node does not listen for parameter links.");
        open.Register(endpoint);
        return new PartitionAddress { Partition = (uint)endpoint.Partition, Host = host, Port = (uint)open.Endpoint.Port };
    }

    public void Unregister(IPartitionEndpoint endpoint, string reason) => listener?.Unregister(endpoint, reason);

    public async Task<IPartitionLink> ConnectAsync(
        PartitionAddress address, PlaneIdentity identity, BufferPool buffers, IPartitionLinkObserver observer, CancellationToken cancellation) =>
        await SocketPartitionLink.ConnectAsync(
            address.Host, (int)address.Port, identity, (int)address.Length, buffers, observer, options, cancellation).ConfigureAwait(false);

    /// <summary>A listener on the address that a node binds to.</summary>
    public static PlaneListener Listen(string bind, int port, PlaneSocketOptions options) => new(Resolve(bind), port, options);

    private static IPAddress Resolve(string bind) =>
        IPAddress.TryParse(bind, out IPAddress? address) ? address : Dns.GetHostAddresses(bind)[0];
}
