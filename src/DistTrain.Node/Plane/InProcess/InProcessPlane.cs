using System.Collections.Concurrent;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.InProcess;

/// <summary>Links within one process: calls instead of frames, buffers by reference.</summary>
public sealed class InProcessPlane : IPlaneHost, IPlaneConnector
{
    private readonly ConcurrentDictionary<(ulong Run, int Partition), IPartitionEndpoint> partitions = new();
    private readonly ConcurrentDictionary<InProcessLink, byte> links = new();

    public PartitionAddress Register(IPartitionEndpoint endpoint)
    {
        partitions[(endpoint.Run, endpoint.Partition)] = endpoint;
        return new PartitionAddress { Partition = (uint)endpoint.Partition };
    }

    public void Unregister(IPartitionEndpoint endpoint, string reason)
    {
        partitions.TryRemove((endpoint.Run, endpoint.Partition), out _);
        foreach (InProcessLink link in links.Keys.Where(link => link.Endpoint == endpoint))
        {
            link.Close(reason);
        }
    }

    public Task<IPartitionLink> ConnectAsync(
        PartitionAddress address, PlaneIdentity identity, BufferPool buffers, IPartitionLinkObserver observer, CancellationToken cancellation)
    {
        if (!partitions.TryGetValue((identity.Run, identity.Partition), out IPartitionEndpoint? endpoint))
        {
            throw new IOException($"partition {identity.Partition} of run {identity.Run:x} is not in this process");
        }

        var link = new InProcessLink(endpoint, identity, observer, ended => links.TryRemove(ended, out _));
        links[link] = 0;
        endpoint.Connected(link);
        return Task.FromResult<IPartitionLink>(link);
    }

    private sealed class InProcessLink(IPartitionEndpoint endpoint, PlaneIdentity identity, IPartitionLinkObserver observer, Action<InProcessLink> ended)
        : IPartitionLink, IPlanePeer
    {
        private int closed;

        public IPartitionEndpoint Endpoint => endpoint;

        public PlaneIdentity Identity => identity;

        public string Address => "in process";

        public void Push(GradientPush push) => endpoint.Pushed(this, push);

        public void SendState(PartitionState state) => endpoint.StateReceived(this, state);

        public void SendWeights(long version, SharedBuffer weights) => observer.WeightsReceived(this, version, weights.AddReference());

        public void SendSnapshot(PartitionState state) => observer.SnapshotReceived(this, state);

        public void Close(string reason)
        {
            if (Interlocked.Exchange(ref closed, 1) == 0)
            {
                ended(this);
                observer.Closed(this, reason);
                endpoint.Disconnected(this, reason);
            }
        }

        public void Dispose() => Close("closed by its owner");
    }
}
