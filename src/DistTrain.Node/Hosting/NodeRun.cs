using System.Diagnostics;
using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Protocol.Client;
using DistTrain.Training;

namespace DistTrain.Node.Hosting;

/// <summary>The life of <c>disttrain node</c>: start, say where it listens, serve until told to stop, leave.</summary>
internal static class NodeRun
{
    private static readonly TimeSpan CheckpointWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ParentCheckedEvery = TimeSpan.FromMilliseconds(500);

    /// <returns>The exit code: 0 after an orderly leave, 1 when the cluster was lost.</returns>
    public static async Task<int> RunAsync(NodeOptions options, CancellationToken stop)
    {
        await using ClusterNode node = await StartAsync(options, stop).ConfigureAwait(false);
        Console.Out.WriteLine(node.Announcement);
        Console.Out.Flush();
        Task parent = options.ParentProcess == 0 ? Task.Delay(Timeout.Infinite, stop) : WatchParentAsync(options.ParentProcess, stop);
        Task told = Task.Delay(Timeout.Infinite, stop);
        Task first = await Task.WhenAny(told, parent, node.Terminated).ConfigureAwait(false);
        if (first == node.Terminated && !stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(
                "The node is out of the cluster: no coordinator could be reached any more, or none let it in within 60 s. Start it again once there is one.").ConfigureAwait(false);
            return ExitCode.Failure;
        }

        if (options.Roles.HasFlag(NodeRoles.Coordinator))
        {
            await StopRunAsync(node.Services.GetRequiredService<ITrainingService>()).ConfigureAwait(false);
        }

        await node.StopAsync().ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task<ClusterNode> StartAsync(NodeOptions options, CancellationToken stop)
    {
        try
        {
            return await ClusterNode.StartAsync(options, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (OperationCanceledException or UserErrorException))
        {
            string cause = error.GetBaseException().Message.ReplaceLineEndings(" ");
            throw new UserErrorException($"the node cannot listen at {options.Host} (port {options.Port}, client port {options.ClientPort}): {cause}", error);
        }
    }

    /// <summary>A run that is going on ends with a checkpoint before its coordinator does.</summary>
    private static async Task StopRunAsync(ITrainingService service)
    {
        using var patience = new CancellationTokenSource(CheckpointWithin);
        try
        {
            StopReply reply = await service.StopAsync("the coordinator shuts down", patience.Token).ConfigureAwait(false);
            if (reply.Stopping)
            {
                await foreach (RunRecord record in service.WatchAsync(0, patience.Token).ConfigureAwait(false))
                {
                    _ = record;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or UserErrorException)
        {
            await Console.Error.WriteLineAsync($"The run could not be stopped with a checkpoint: {error.Message}").ConfigureAwait(false);
        }
    }

    private static async Task WatchParentAsync(int pid, CancellationToken stop)
    {
        try
        {
            using Process parent = Process.GetProcessById(pid);
            while (!parent.HasExited)
            {
                await Task.Delay(ParentCheckedEvery, stop).ConfigureAwait(false);
            }
        }
        catch (ArgumentException)
        {
            // It was gone before we could look.
        }
    }
}
