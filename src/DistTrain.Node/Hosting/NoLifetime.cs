namespace DistTrain.Node.Hosting;

/// <summary>In place of the host's own answer to signals: what Ctrl-C and SIGTERM mean is decided in one place, by the command line.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
