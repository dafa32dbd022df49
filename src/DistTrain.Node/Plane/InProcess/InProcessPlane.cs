using DistTrain.Training;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.InProcess;

/// <summary>Links between a partition and its clients in the same process: direct calls, buffers by reference.</summary>
public static class InProcessPlane
{
    /// <summary>
    /// Links a worker or the coordinator to a partition. Both may hear from the link before this returns; they are
    /// called on the thread of whoever sends.
    /// </summary>
    /// <exception cref="UserErrorException">The identity asks for another run or partition.</exception>
    public static IPartitionLink Connect(IPartitionEndpoint endpoint, PlaneIdentity identity, BufferPool buffers, IPartitionLinkObserver observer)
    {
        if (endpoint.Run != identity.Run || endpoint.Partition != identity.Partition)
        {
            throw new UserErrorException(
                $"No link to partition {identity.Partition} of run {identity.Run}: "
                + $"this is partition {endpoint.Partition} of run {endpoint.Run}.");
        }

        Link link = new(endpoint, identity, buffers, observer);
        link.Start();
        return link;
    }

    /// <summary>Both ends in one.</summary>
    private sealed class Link : IPartitionLink, IPlanePeer
    {
        private readonly IPartitionEndpoint endpoint;
        private readonly IPartitionLinkObserver observer;
        private readonly Lane up;
        private readonly Lane down;

        public Link(IPartitionEndpoint endpoint, PlaneIdentity identity, BufferPool buffers, IPartitionLinkObserver observer)
        {
            this.endpoint = endpoint;
            this.observer = observer;
            Identity = identity;
            Buffers = buffers;
            up = new Lane(DeliverUp, reason => endpoint.Disconnected(this, reason));
            down = new Lane(DeliverDown, reason => observer.Closed(this, reason));
        }

        public PlaneIdentity Identity { get; }

        public string Address => "in process";

        /// <summary>The worker's own: another one's are in another core's cache.</summary>
        public IBufferSource Buffers { get; }

        public bool SharesMemory => false;

        public ILookout? Lookout => null;

        public ISeat? Seat => null;

        public void Start() => endpoint.Connected(this);

        public void Push(GradientPush push)
        {
            if (Identity.Role != PlaneRole.Worker || push.Gradient.Length != endpoint.Length)
            {
                push.Release();
                Close($"a push of {endpoint.Length} floats from a worker is due");
                return;
            }

            up.Send(LinkMessage.Of(push));
        }

        public void SendState(PartitionState state) => up.Send(LinkMessage.Of(state));

        public void SendWeights(long version, SharedBuffer weights) => down.Send(LinkMessage.Of(version, weights.AddReference()));

        public void SendSnapshot(PartitionState state) => down.Send(LinkMessage.Of(state));

        public void Close(string reason)
        {
            up.Close(reason);
            down.Close(reason);
        }

        public void Dispose() => Close("closed by its owner");

        private void DeliverUp(LinkMessage message)
        {
            if (message.Push is { } push)
            {
                endpoint.Pushed(this, push);
            }
            else
            {
                endpoint.StateReceived(this, message.State!);
            }
        }

        private void DeliverDown(LinkMessage message)
        {
            if (message.Weights is { } weights)
            {
                observer.WeightsReceived(this, message.Version, weights);
            }
            else
            {
                observer.SnapshotReceived(this, message.State!);
            }
        }
    }
}
