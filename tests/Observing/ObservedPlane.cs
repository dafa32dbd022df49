using System.Collections.Concurrent;
using DistTrain.Node.Hosting;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;

namespace DistTrain.Observing;

/// <summary>The plane within a process, which shows the pools that gradients and weights come from.</summary>
internal sealed class ObservedPlane : IPlaneHost, IPlaneConnector
{
    private readonly LocalPlane plane = new();
    private readonly ConcurrentBag<BufferPool> pools = [];

    /// <summary>Buffers that were ever made, on both ends of all links.</summary>
    public int BuffersCreated => pools.Sum(pool => pool.Created);

    public PartitionAddress Register(IPartitionEndpoint endpoint)
    {
        pools.Add(endpoint.Buffers);
        return plane.Register(endpoint);
    }

    public void Unregister(IPartitionEndpoint endpoint, string reason) => plane.Unregister(endpoint, reason);

    public Task<IPartitionLink> ConnectAsync(
        PartitionAddress address, PlaneIdentity identity, BufferPool buffers, IPartitionLinkObserver observer, CancellationToken cancellation)
    {
        pools.Add(buffers);
        return plane.ConnectAsync(address, identity, buffers, observer, cancellation);
    }
}
