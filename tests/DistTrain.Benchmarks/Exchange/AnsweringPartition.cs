using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>A partition that answers every gradient with weights, without computing any.</summary>
internal sealed class AnsweringPartition(int length) : IPartitionEndpoint
{
    private readonly SharedBuffer weights = RandomBuffer.Of(new BufferPool(length));
    private long version;

    public ulong Run => 1;

    public int Partition => 0;

    public int Length => length;

    public BufferPool Buffers { get; } = new(length);

    public void Connected(IPlanePeer peer)
    {
    }

    public void Pushed(IPlanePeer peer, GradientPush push)
    {
        push.Release();

        // Every version is a new vector, whose checksum is not known yet.
        _ = weights.Floats;
        peer.SendWeights(++version, weights);
    }

    public void StateReceived(IPlanePeer peer, PartitionState state) => state.Release();

    public void Disconnected(IPlanePeer peer, string reason)
    {
    }
}
