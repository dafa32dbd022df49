using System.Globalization;
using DistTrain.Node.Client;
using DistTrain.Node.Commands;

namespace DistTrain.Node.Hosting;

/// <summary>
/// A cluster of child processes on loopback: a coordinator, a parameter server for each partition, a process for each worker.
/// Disposing it makes them all leave and waits for them.
/// </summary>
internal sealed class ProcessesSession : ITrainingSession
{
    private readonly List<NodeProcess> nodes = [];
    private GrpcTrainingService? service;

    public ITrainingService Service => service!;

    public static async Task<ProcessesSession> StartAsync(TrainOptions options, int workers, int partitions, CancellationToken cancellation)
    {
        var session = new ProcessesSession();
        try
        {
            await session.StartNodesAsync(options, workers, partitions, cancellation).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        service?.Dispose();

        // The coordinator last, so that it sees the others leave.
        foreach (IEnumerable<NodeProcess> group in new[] { nodes.Skip(1).Reverse(), nodes.Take(1) })
        {
            await Task.WhenAll(group.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private async Task StartNodesAsync(TrainOptions options, int workers, int partitions, CancellationToken cancellation)
    {
        string[] data = options.DataDirectory is { } folder ? ["--data-dir", folder] : [];
        string timeout = options.WorkerTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        NodeProcess coordinator = Start(
            "coordinator", ["--role", "coordinator", "--client-port", "0", "--worker-timeout", timeout, .. data], options);
        NodeAnnouncement where = await coordinator.ReadyAsync(cancellation).ConfigureAwait(false);
        for (int k = 0; k < partitions; k++)
        {
            Start(partitions == 1 ? "ps" : $"ps {k + 1}", ["--role", "ps", "--seeds", where.Cluster], options);
        }

        for (int i = 1; i <= workers; i++)
        {
            Start($"worker {i}", ["--role", "worker", "--seeds", where.Cluster, .. data], options);
        }

        foreach (NodeProcess node in nodes.Skip(1))
        {
            await node.ReadyAsync(cancellation).ConfigureAwait(false);
        }

        service = new GrpcTrainingService(new Uri(where.Client));
    }

    private NodeProcess Start(string name, IEnumerable<string> arguments, TrainOptions options)
    {
        NodeProcess node = NodeProcess.Start(name, arguments, options.Display.Verbose);
        nodes.Add(node);
        return node;
    }
}
