using System.Collections.Concurrent;
using DistTrain.Node.Plane;
using DistTrain.Node.Plane.InProcess;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Hosting;

/// <summary>The parameter plane within one process, as the actors see it: no sockets, buffers by reference.</summary>
internal sealed class LocalPlane : IPlaneHost, IPlaneConnector
{
    private readonly ConcurrentDictionary<(ulong Run, int Partition), IPartitionEndpoint> partitions = new();

    public PartitionAddress Register(IPartitionEndpoint endpoint)
    {
        partitions[(endpoint.Run, endpoint.Partition)] = endpoint;
        return new PartitionAddress { Partition = (uint)endpoint.Partition };
    }

    public void Unregister(IPartitionEndpoint endpoint, string reason) => partitions.TryRemove((endpoint.Run, endpoint.Partition), out _);

    public Task<IPartitionLink> ConnectAsync(
        PartitionAddress address, PlaneIdentity identity, BufferPool buffers, IPartitionLinkObserver observer, CancellationToken cancellation) =>
        partitions.TryGetValue((identity.Run, identity.Partition), out IPartitionEndpoint? endpoint)
            ? Task.FromResult(InProcessPlane.Connect(endpoint, identity, buffers, observer))
            : throw new IOException($"partition {identity.Partition} of run {identity.Run:x} is not in this process");
}
