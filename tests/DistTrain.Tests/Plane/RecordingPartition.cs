using System.Collections.Concurrent;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

/// <summary>A partition that keeps what it hears for the test to look at.</summary>
internal sealed class RecordingPartition(int length, ulong run = 7, int partition = 0) : IPartitionEndpoint
{
    public ulong Run => run;

    public int Partition => partition;

    public int Length => length;

    public BufferPool Buffers { get; } = new(length);

    public BlockingCollection<IPlanePeer> Peers { get; } = [];

    public BlockingCollection<GradientPush> Pushes { get; } = [];

    public BlockingCollection<PartitionState> States { get; } = [];

    public BlockingCollection<string> Ends { get; } = [];

    public Action<IPlanePeer, GradientPush>? OnPush { get; set; }

    public void Connected(IPlanePeer peer) => Peers.Add(peer);

    public void Pushed(IPlanePeer peer, GradientPush push)
    {
        if (OnPush is null)
        {
            Pushes.Add(push);
        }
        else
        {
            OnPush(peer, push);
        }
    }

    public void StateReceived(IPlanePeer peer, PartitionState state) => States.Add(state);

    public void Disconnected(IPlanePeer peer, string reason) => Ends.Add(reason);
}
