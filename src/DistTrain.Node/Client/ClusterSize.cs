using DistTrain.Protocol.Client;
using DistTrain.Training;

namespace DistTrain.Node.Client;

/// <summary>What a running cluster can take on.</summary>
internal static class ClusterSize
{
    /// <summary>A cluster has the workers that it has; waiting for more would only time out.</summary>
    /// <exception cref="UserErrorException">There are fewer than wanted.</exception>
    public static async Task RequireWorkersAsync(this ITrainingService service, Uri url, int wanted, CancellationToken cancellation)
    {
        StatusReply status = await service.StatusAsync(cancellation).ConfigureAwait(false);
        if (status.Workers.Count < wanted)
        {
            throw new UserErrorException($"--workers asks for up to {wanted}, but the cluster at {url} has {status.Workers.Count}: start more, or ask for fewer");
        }
    }
}
