using Grpc.Net.Client;

namespace DistTrain.Node.Client;

/// <summary>How a client's connection to a coordinator is set up.</summary>
internal static class CoordinatorChannel
{
    /// <summary>A spec or a record is a few kilobytes; the room is for a job with thousands of workers.</summary>
    public const int MaxMessageBytes = 1 << 20;

    public static GrpcChannel Open(Uri url) => GrpcChannel.ForAddress(url, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MaxMessageBytes,
        MaxSendMessageSize = MaxMessageBytes,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,

            // A machine that lost its power sends no FIN: without pings a watch would wait for it for ever.
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // The coordinator is on the user's own machines; a proxy of the environment is for the world outside.
            UseProxy = false,
        },
    });
}
