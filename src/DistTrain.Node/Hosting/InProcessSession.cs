using Akka.Actor;
using Akka.Hosting;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Actors.Server;
using DistTrain.Node.Actors.Worker;
using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Node.Plane;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Hosting;

/// <summary>All roles in this process: the actors of a cluster, without membership and without sockets.</summary>
internal sealed class InProcessSession : ITrainingSession
{
    private const string Address = "this process";

    private readonly IHost host;
    private readonly Func<string, IActorRef> startWorker;
    private readonly List<IActorRef> workers = [];

    private InProcessSession(IHost host, ITrainingService service, Func<string, IActorRef> startWorker)
    {
        this.host = host;
        this.startWorker = startWorker;
        Service = service;
    }

    public ITrainingService Service { get; }

    /// <summary>Starts one more worker; it makes itself known to the coordinator.</summary>
    public void StartWorker(string name) => workers.Add(startWorker(name));

    /// <summary>All workers that were started, those that have stopped included.</summary>
    public IReadOnlyList<IActorRef> Workers => workers;

    public static Task<InProcessSession> StartAsync(InProcessOptions options, CancellationToken cancellation) =>
        StartAsync(options, new LocalPlane(), WorkerEngines.CreateWarm, cancellation);

    /// <summary>The same with a plane and engines of the caller's, for measurements and tests that look inside.</summary>
    public static async Task<InProcessSession> StartAsync<TPlane>(
        InProcessOptions options, TPlane plane, Func<JobSpec, IGradientEngine> createEngine, CancellationToken cancellation)
        where TPlane : IPlaneHost, IPlaneConnector
    {
        var data = new TrainingData(options.DataDirectory);
        var environment = new RunEnvironment(
            plane, new RunOpening(data).OpenAsync, options.WorkerTimeout, TimeProvider.System);
        var workerEnvironment = new WorkerEnvironment(Address, plane, data.LoadAsync, createEngine, TimeProvider.System);

        var builder = new HostBuilder();
        builder.ConfigureLogging(logging => Logs.Configure(logging, options.Verbose));
        builder.ConfigureServices(services => services.AddSingleton<IHostLifetime, NoLifetime>().AddAkka("disttrain", akka => akka
            .AddHocon(Dispatchers.Configuration, HoconAddMode.Append)
            .WithLogs(options.Verbose)
            .WithActors((system, registry) =>
            {
                IActorRef coordinator = system.ActorOf(Props.Create(() => new CoordinatorActor(environment, Address, false)), "coordinator");
                registry.Register<CoordinatorActor>(coordinator);
                system.ActorOf(Props.Create(() => new ServerHostActor(coordinator, plane, Address, TimeProvider.System)), "server-host");
            })));
        IHost host = builder.Build();
        await host.StartAsync(cancellation).ConfigureAwait(false);
        IActorRef coordinator = host.Services.GetRequiredService<ActorRegistry>().Get<CoordinatorActor>();
        Props worker = Props.Create(() => new WorkerActor(coordinator, workerEnvironment)).WithDispatcher(Dispatchers.Compute);
        var session = new InProcessSession(
            host,
            new CoordinatorService(coordinator, options.RunsDirectory, TimeProvider.System),
            name => host.Services.GetRequiredService<ActorSystem>().ActorOf(worker, name));
        for (int i = 1; i <= options.Workers; i++)
        {
            session.StartWorker($"worker-{i}");
        }

        return session;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync().ConfigureAwait(false);
        host.Dispose();
    }
}
