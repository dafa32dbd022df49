using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Actors.Server;

/// <summary>The workers that are linked to a partition, and everyone who ever was: what they gave stays theirs.</summary>
internal sealed class WorkerPeers
{
    private readonly List<PlaneIdentity> contributors = [];
    private readonly Dictionary<IPlanePeer, int> linked = [];

    public void Add(IPlanePeer peer)
    {
        linked.Add(peer, contributors.Count);
        contributors.Add(peer.Identity);
    }

    /// <returns>Whether it was linked.</returns>
    public bool Remove(IPlanePeer peer) => linked.Remove(peer);

    /// <summary>The number that a linked peer's gradients go under.</summary>
    public bool TryNumber(IPlanePeer peer, out int contributor) => linked.TryGetValue(peer, out contributor);

    /// <summary>Who has or had this number.</summary>
    public PlaneIdentity Contributor(int number) => contributors[number];

    /// <summary>The linked peer of a worker's number in the run, if it is there.</summary>
    public IPlanePeer? Find(int worker)
    {
        foreach (IPlanePeer peer in linked.Keys)
        {
            if (peer.Identity.Worker == worker)
            {
                return peer;
            }
        }

        return null;
    }

    public void SendWeights(long version, SharedBuffer weights)
    {
        foreach (IPlanePeer peer in linked.Keys)
        {
            peer.SendWeights(version, weights);
        }
    }

    public void Close(string reason)
    {
        foreach (IPlanePeer peer in linked.Keys)
        {
            peer.Close(reason);
        }
    }
}
