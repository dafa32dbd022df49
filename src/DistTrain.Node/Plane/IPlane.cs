using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane;

/// <summary>The server's side of the parameter plane in this process: where partitions are found.</summary>
public interface IPlaneHost
{
    /// <summary>Makes a partition reachable.</summary>
    /// <returns>Where workers of this or another process find it; offset and length are left to the caller.</returns>
    PartitionAddress Register(IPartitionEndpoint endpoint);

    /// <summary>Makes it unknown and ends the links to it that are left.</summary>
    void Unregister(IPartitionEndpoint endpoint, string reason);
}

/// <summary>The client's side of the parameter plane.</summary>
public interface IPlaneConnector
{
    /// <summary>Opens a link to one partition.</summary>
    /// <param name="buffers">Buffers of the partition's length to receive into.</param>
    /// <exception cref="IOException">It cannot be reached or refuses; the message names it and says why.</exception>
    Task<IPartitionLink> ConnectAsync(
        PartitionAddress address,
        PlaneIdentity identity,
        BufferPool buffers,
        IPartitionLinkObserver observer,
        CancellationToken cancellation);
}
