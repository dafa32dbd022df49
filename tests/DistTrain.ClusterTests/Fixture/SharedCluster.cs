namespace DistTrain.ClusterTests.Fixture;

/// <summary>Two workers and one node for the rest, for all tests of a class that leave it as they found it.</summary>
public sealed class SharedCluster : IDisposable
{
    public Cluster Cluster { get; } = Cluster.Start("coordinator,ps", "worker", "worker");

    public void Dispose() => Cluster.Dispose();
}
