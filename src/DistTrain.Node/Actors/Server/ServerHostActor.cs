using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>
/// A process's offer to hold partitions: makes itself known to the coordinator and starts a
/// <see cref="ParameterServerActor"/> for each partition that it is given.
/// </summary>
/// <remarks>
/// <code>
/// message          what happens
/// tick             RegisterServer to the coordinator, seldom once it was answered
/// Registered       the coordinator is watched
/// HostPartition    a parameter server starts; it answers for itself
/// Terminated       of the coordinator: registers anew
/// </code>
/// </remarks>
internal sealed class ServerHostActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RegisterEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RemindEvery = TimeSpan.FromSeconds(5);

    private readonly IActorRef coordinatorProxy;
    private readonly IPlaneHost plane;
    private readonly string address;
    private readonly TimeProvider time;
    private readonly ILoggingAdapter log = Context.GetLogger();

    public ServerHostActor(IActorRef coordinatorProxy, IPlaneHost plane, string address, TimeProvider time)
    {
        this.coordinatorProxy = coordinatorProxy;
        this.plane = plane;
        this.address = address;
        this.time = time;
        Receive<Tick>(_ => Register());
        Receive<Registered>(_ => OnRegistered());
        Receive<HostPartition>(OnHost);
        Receive<Terminated>(_ => OnCoordinatorLost());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Register();
        Timers.StartPeriodicTimer("register", Tick.Instance, RegisterEvery);
    }

    private void Register() => coordinatorProxy.Tell(new RegisterServer { Address = address });

    private void OnRegistered()
    {
        // Goes on more seldom: a coordinator that took this node for lost has forgotten it.
        Timers.StartPeriodicTimer("register", Tick.Instance, RemindEvery, RemindEvery);
        Context.Watch(Sender);
    }

    private void OnCoordinatorLost()
    {
        log.Warning("The coordinator is gone; looking for it again");
        Timers.StartPeriodicTimer("register", Tick.Instance, RegisterEvery);
    }

    private void OnHost(HostPartition host)
    {
        JobSpec spec = JobSpecJson.Read(host.SpecJson, "the coordinator's job");
        var job = new PartitionJob(
            host.Run,
            new PartitionRange((int)host.Partition, (int)host.Offset, (int)host.Length),
            spec,
            new EpochPlan((int)host.TrainSamples, spec.Shards, spec.BatchSize, spec.Seed),
            (long)host.FinishAt,
            (long)host.TracedUntil);
        IActorRef coordinator = Sender;
        Context.ActorOf(
            Props.Create(() => new ParameterServerActor(job, plane, coordinator, time)).WithDispatcher(Dispatchers.CallerRuns),
            $"run-{host.Run:x}-partition-{host.Partition}");
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
