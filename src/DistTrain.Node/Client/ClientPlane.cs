using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DistTrain.Node.Client;

/// <summary>Hosting of the client plane in a web application: the trainer service and the standard health check.</summary>
public static class ClientPlane
{
    /// <summary>
    /// Adds gRPC, a health check that asks <paramref name="problem"/> (null: well), and limits. An
    /// <see cref="ITrainingService"/> must be among the services.
    /// </summary>
    public static IServiceCollection AddClientPlane(this IServiceCollection services, Func<string?> problem)
    {
        services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = CoordinatorChannel.MaxMessageBytes;
            options.MaxSendMessageSize = CoordinatorChannel.MaxMessageBytes;
        });
        services.AddGrpcHealthChecks().AddCheck(
            "node",
            () => problem() is { } text ? HealthCheckResult.Unhealthy(text) : HealthCheckResult.Healthy());

        // The probe is asked for, not awaited: by default the first answer would come five seconds after the start.
        services.Configure<HealthCheckPublisherOptions>(options =>
        {
            options.Delay = TimeSpan.Zero;
            options.Period = TimeSpan.FromSeconds(1);
        });
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;

            // A watcher whose machine has gone is noticed by pings, not kept for ever.
            options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
            options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        });
        return services;
    }

    public static void MapClientPlane(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<TrainerService>();
        endpoints.MapGrpcHealthChecksService();
    }
}
