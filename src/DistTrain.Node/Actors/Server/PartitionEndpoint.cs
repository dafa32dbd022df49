using Akka.Actor;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Actors.Server;

/// <summary>Carries what the transport receives to the partition's actor.</summary>
internal sealed class PartitionEndpoint(ulong run, int partition, BufferPool buffers, IActorRef server, TimeProvider time) : IPartitionEndpoint
{
    public ulong Run => run;

    public int Partition => partition;

    public int Length => buffers.Length;

    public BufferPool Buffers => buffers;

    public void Connected(IPlanePeer peer) => server.Tell(new PeerConnected(peer), ActorRefs.NoSender);

    public void Pushed(IPlanePeer peer, GradientPush push)
    {
        push.ArrivedFrom = peer;
        push.ArrivedAt = time.GetTimestamp();
        server.Tell(push, ActorRefs.NoSender);
    }

    public void StateReceived(IPlanePeer peer, PartitionState state) => server.Tell(new StateArrived(peer, state), ActorRefs.NoSender);

    public void Disconnected(IPlanePeer peer, string reason) => server.Tell(new PeerDisconnected(peer, reason), ActorRefs.NoSender);
}

internal sealed record PeerConnected(IPlanePeer Peer);

internal sealed record StateArrived(IPlanePeer Peer, PartitionState State);

internal sealed record PeerDisconnected(IPlanePeer Peer, string Reason);
