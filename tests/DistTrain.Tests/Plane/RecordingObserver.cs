using System.Collections.Concurrent;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Plane;

/// <summary>A client that keeps what it hears for the test to look at.</summary>
internal sealed class RecordingObserver : IPartitionLinkObserver
{
    public BlockingCollection<(long Version, SharedBuffer Weights)> Weights { get; } = [];

    public BlockingCollection<PartitionState> Snapshots { get; } = [];

    public BlockingCollection<string> Ends { get; } = [];

    public Action<IPartitionLink, SharedBuffer>? OnWeights { get; set; }

    public void WeightsReceived(IPartitionLink link, long version, SharedBuffer weights)
    {
        if (OnWeights is null)
        {
            Weights.Add((version, weights));
        }
        else
        {
            OnWeights(link, weights);
        }
    }

    public void SnapshotReceived(IPartitionLink link, PartitionState state) => Snapshots.Add(state);

    public void Closed(IPartitionLink link, string reason) => Ends.Add(reason);
}
