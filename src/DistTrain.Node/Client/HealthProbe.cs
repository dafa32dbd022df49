using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace DistTrain.Node.Client;

/// <summary>The standard gRPC health check of a node.</summary>
internal static class HealthProbe
{
    /// <summary>Null when the node is well, else what is wrong, in one line.</summary>
    public static async Task<string?> CheckAsync(Uri url, TimeSpan deadline, CancellationToken cancellation)
    {
        using GrpcChannel channel = CoordinatorChannel.Open(url);
        try
        {
            HealthCheckResponse reply = await new Health.HealthClient(channel)
                .CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow + deadline, cancellationToken: cancellation)
                .ConfigureAwait(false);
            return reply.Status == HealthCheckResponse.Types.ServingStatus.Serving ? null : $"{url.Authority} answers but is not well: {reply.Status}";
        }
        catch (RpcException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (RpcException error)
        {
            return error.StatusCode == StatusCode.DeadlineExceeded
                ? $"{url.Authority} did not answer within {deadline.TotalSeconds:0} s"
                : $"{url.Authority} is not well: {error.Cause()}";
        }
    }
}
