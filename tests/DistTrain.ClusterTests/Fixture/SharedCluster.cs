namespace DistTrain.ClusterTests.Fixture;

/// <summary>Two workers and one node for the rest, for all tests of a class that leave it as they found it.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public Cluster Cluster { get; } = Cluster.Start("coordinator,ps", "worker", "worker");

    /// <summary>A node that is ready has joined; the coordinator may not know its workers yet.</summary>
    public async ValueTask InitializeAsync() => await Cluster.WorkersAreReadyAsync(2);

    public ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        return ValueTask.CompletedTask;
    }
}
