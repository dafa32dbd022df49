using System.Net;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Hosting;
using Akka.Remote.Hosting;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Actors.Server;
using DistTrain.Node.Actors.Worker;
using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Node.Remoting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DistTrain.Node.Hosting;

/// <summary>One node of a cluster: its roles' actors, the parameter plane's port, and the client plane's.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly PlaneListener? listener;

    private ClusterNode(WebApplication application, PlaneListener? listener)
    {
        this.application = application;
        this.listener = listener;
    }

    public IServiceProvider Services => application.Services;

    public ActorSystem System => Services.GetRequiredService<ActorSystem>();

    public Cluster Cluster => Cluster.Get(System);

    /// <summary>Where it listens, under the name that other nodes reach it by.</summary>
    public NodeAnnouncement Announcement { get; private set; } = null!;

    /// <summary>Ends when the node has left the cluster, by its own will or by the resolver's.</summary>
    public Task Terminated => System.WhenTerminated;

    public static async Task<ClusterNode> StartAsync(NodeOptions options, CancellationToken cancellation)
    {
        string bind = options.Bind.Length > 0 ? options.Bind : options.Host;
        FreePort.Require(ListenAddress(bind), options.Port, "--port");
        FreePort.Require(ListenAddress(bind), options.ClientPort, "--client-port");
        var sockets = new PlaneSocketOptions { SharedMemory = options.SharedMemory };
        PlaneListener? listener = options.Roles.HasFlag(NodeRoles.ParameterServer) ? SocketPlane.Listen(bind, options.PlanePort, sockets) : null;

        // Empty: others read an appsettings.json of the folder that they are started in, listen where it says, and watch all that lies below that folder.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        Logs.Configure(builder.Logging, options.Verbose);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(ListenAddress(bind), options.ClientPort, listen => listen.Protocols = HttpProtocols.Http2));
        var plane = new SocketPlane(listener, options.Host, sockets);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddAkka(ControlPlane.SystemName, akka => Configure(akka, options, bind, plane));
        builder.Services.AddSingleton<ITrainingService>(services => options.Roles.HasFlag(NodeRoles.Coordinator)
            ? new CoordinatorService(services.GetRequiredService<ActorRegistry>().Get<CoordinatorActor>(), options.RunsDirectory, TimeProvider.System)
            : new NoCoordinatorService(string.Join(',', RoleNames(options.Roles))));
        ClusterNode? node = null;
        builder.Services.AddClientPlane(() => node?.Problem());
        WebApplication application = builder.Build();
        application.MapClientPlane();
        node = new ClusterNode(application, listener);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Akka.Actor.Address self = node.Cluster.SelfAddress;
        node.Announcement = new NodeAnnouncement(
            string.Join(',', RoleNames(options.Roles)),
            $"{self.Host}:{self.Port}",
            $"http://{options.Host}:{new Uri(application.Urls.First()).Port}",
            listener is null ? "-" : $"{options.Host}:{listener.Endpoint.Port}");
        if (options.Seeds.Count == 0)
        {
            await node.Cluster.JoinAsync(node.Cluster.SelfAddress, cancellation).ConfigureAwait(false);
        }

        return node;
    }

    /// <summary>Leaves the cluster in an orderly way and stops.</summary>
    public async Task StopAsync() => await application.StopAsync().ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync().ConfigureAwait(false);
        listener?.Dispose();
    }

    private static IPAddress ListenAddress(string bind) =>
        IPAddress.TryParse(bind, out IPAddress? address) ? address : Dns.GetHostAddresses(bind)[0];

    private static void Configure(AkkaConfigurationBuilder akka, NodeOptions options, string bind, SocketPlane plane)
    {
        var data = new TrainingData(options.DataDirectory);
        string coordinatorAddress = $"{options.Host}:{options.Port}";
        akka.AddHocon(ControlPlane.Configuration, HoconAddMode.Prepend);
        akka.AddHocon(Dispatchers.Configuration, HoconAddMode.Append);
        akka.WithLogs(options.Verbose);
        akka.WithRemoting(new RemoteOptions { HostName = bind, PublicHostName = options.Host, Port = options.Port });
        akka.WithClustering(new ClusterOptions
        {
            Roles = [.. RoleNames(options.Roles)],
            SeedNodes = [.. options.Seeds.Select(seed => $"akka.tcp://{ControlPlane.SystemName}@{seed}")],

            // Workers come and go; only coordinators have a vote on who is cut off.
            SplitBrainResolver = new KeepMajorityOption { Role = ControlPlane.CoordinatorRole },
        });

        var singleton = new ClusterSingletonOptions { Role = ControlPlane.CoordinatorRole };
        if (options.Roles.HasFlag(NodeRoles.Coordinator))
        {
            var environment = new RunEnvironment(plane, new RunOpening(data).OpenAsync, options.WorkerTimeout, TimeProvider.System, LogsFailures: options.ParentProcess == 0);
            akka.WithSingleton<CoordinatorActor>(
                "coordinator", Props.Create(() => new CoordinatorActor(environment, coordinatorAddress, true)), singleton, createProxyToo: true);
        }
        else
        {
            akka.WithSingletonProxy<CoordinatorActor>("coordinator", singleton);
        }

        akka.WithActors((system, registry) =>
        {
            IActorRef coordinator = registry.Get<CoordinatorActor>();
            string address = Cluster.Get(system).SelfAddress is { Host: { } host, Port: { } port } ? $"{host}:{port}" : options.Host;
            if (options.Roles.HasFlag(NodeRoles.ParameterServer))
            {
                system.ActorOf(Props.Create(() => new ServerHostActor(coordinator, plane, address, TimeProvider.System)), "server-host");
            }

            if (options.Roles.HasFlag(NodeRoles.Worker))
            {
                var environment = new WorkerEnvironment(address, plane, data.LoadAsync, WorkerEngines.CreateWarm, TimeProvider.System);
                OrderlyLeave.Register(system, [.. Enumerable.Range(1, options.WorkersPerNode).Select(i => system.ActorOf(
                    Props.Create(() => new WorkerActor(coordinator, environment)).WithDispatcher(Dispatchers.Compute), $"worker-{i}"))]);
            }
        });
    }

    private static IEnumerable<string> RoleNames(NodeRoles roles)
    {
        if (roles.HasFlag(NodeRoles.Coordinator))
        {
            yield return ControlPlane.CoordinatorRole;
        }

        if (roles.HasFlag(NodeRoles.ParameterServer))
        {
            yield return ControlPlane.ServerRole;
        }

        if (roles.HasFlag(NodeRoles.Worker))
        {
            yield return ControlPlane.WorkerRole;
        }
    }

    /// <summary>What keeps this node from doing its work, or null.</summary>
    private string? Problem() =>
        Cluster.SelfMember.Status == MemberStatus.Up ? null : $"the node is {Cluster.SelfMember.Status} in the cluster, not Up";
}
