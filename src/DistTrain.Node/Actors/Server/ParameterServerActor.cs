using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Actors.Timing;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;
using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>
/// Owns one partition of the weights: waits for every shard's gradient, applies the optimizer, gives the weights out.
/// </summary>
/// <remarks>
/// <code>
/// state       message             what happens
/// empty       StateArrived        weights go to every worker that is there; now training
/// any         PeerConnected       a worker gets the current weights
/// training    GradientPush        into the tree; when it is complete: update, version + 1, weights to all
/// any         PeerDisconnected    a worker's: PeerLost to the coordinator; the coordinator's: the run is over
/// training    Hold                no update from now on; answers Held with the version
/// empty       Hold                answered once the state is there
/// training    StopAt              updates go on up to that version
/// training    SnapshotTaken       the next snapshot may be sent; with --patience, the epoch after it may begin
/// training    WeightsLacking      the version before goes to that worker
/// any         PartitionServers    of a job with --clip-norm: the other partitions are known
/// any         NormShare           of another partition; once all are there, the step is applied
/// training    tick                account of the steps to the coordinator; a step that waits too long is reported
/// any         TellTimes           TimesTold to the coordinator, as also five times a second
/// any         EndRun              links closed, stops
/// </code>
/// </remarks>
internal sealed partial class ParameterServerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(100);

    private readonly PartitionJob job;
    private readonly IPlaneHost plane;
    private readonly TimeProvider time;
    private readonly IOptimizer optimizer;
    private readonly WaitingThreads waiting = Dispatchers.WaitingThreads(Context.System);
    private readonly LearningRateSchedule schedule;
    private readonly BufferPool buffers;
    private readonly PartitionEndpoint endpoint;
    private readonly AppliedSteps applied;
    private readonly StallWatch stall;
    private readonly StepTimes times;
    private readonly PartitionReports reports;
    private readonly GradientClipping? clipping;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly WorkerPeers workers = new();
    private IPlanePeer? coordinatorPeer;
    private PartitionWeights? weights;
    private SynchronousBarrier? barrier;
    private int snapshotsUnderWay;
    private long verdictDue;
    private bool started;
    private bool holdAsked;

    public ParameterServerActor(PartitionJob job, IPlaneHost plane, IActorRef coordinator, TimeProvider time)
    {
        this.job = job;
        this.plane = plane;
        this.time = time;
        optimizer = job.Spec.NewOptimizer();
        schedule = job.Spec.LearningRates(job.Plan.StepsPerEpoch);
        buffers = new BufferPool(job.Range.Length);
        endpoint = new PartitionEndpoint(job.Run, job.Range.Partition, buffers, Self, time);
        applied = new AppliedSteps(job.Run, job.Range.Partition);
        stall = new StallWatch(time);
        times = new StepTimes(time, job.TracedUntil);
        reports = new PartitionReports(job, coordinator, applied, times);
        clipping = job.Spec.ClipNorm > 0 ? new GradientClipping(job, Self) : null;

        Receive<GradientPush>(OnPush);
        Receive<PeerConnected>(OnConnected);
        Receive<PeerDisconnected>(OnDisconnected);
        Receive<StateArrived>(OnState);
        Receive<Tick>(_ => OnTick());
        Receive<SnapshotTaken>(OnSnapshotTaken);
        Receive<Hold>(_ => OnHold());
        Receive<StopAt>(OnStopAt);
        Receive<WeightsLacking>(OnWeightsLacking);
        Receive<PartitionServers>(met => clipping?.Meet([.. met.Servers.Select(Resolve)]));
        Receive<NormShare>(OnNormShare);
        Receive<TimesDue>(_ => reports.Times(last: false));
        Receive<TellTimes>(_ => reports.Times(last: true));
        Receive<EndRun>(end => Stop(end.Reason));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        reports.Hosted(plane.Register(endpoint));
        OptimizerWarmUp.Run(job.Spec.NewOptimizer());
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickEvery);
        Timers.StartPeriodicTimer("times", TimesDue.Instance, StepTimes.TellEvery);
    }

    protected override void PostStop()
    {
        plane.Unregister(endpoint, "the parameter server stopped");
        barrier?.Tree.Clear();
        weights?.Dispose();
    }

    /// <summary>Weights that an exception may have left half-changed are not trained on: the run is told and this partition ends.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
#pragma warning disable CA1031 // Whatever went wrong, the coordinator must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.Error(error, "Partition {0} failed", job.Range.Partition);
            reports.Failed(error.Message);
            Stop("the parameter server failed");
            return true;
        }
    }

    private void OnConnected(PeerConnected connected)
    {
        IPlanePeer peer = connected.Peer;
        if (peer.Identity.Role == PlaneRole.Coordinator)
        {
            coordinatorPeer = peer;
            return;
        }

        workers.Add(peer);
        log.Info("Partition {0}: worker {1} connected from {2}", job.Range.Partition, peer.Identity.Worker, peer.Address);
        if (weights is not null)
        {
            peer.SendWeights(weights.Version, weights.Current);
        }
    }

    private void OnDisconnected(PeerDisconnected disconnected)
    {
        IPlanePeer peer = disconnected.Peer;
        if (peer == coordinatorPeer)
        {
            log.Warning("Partition {0}: the coordinator at {1} is gone ({2}); the run ends here", job.Range.Partition, peer.Address, disconnected.Reason);
            Stop("the coordinator is gone");
        }
        else if (workers.Remove(peer))
        {
            log.Info("Partition {0}: worker {1} is gone: {2}", job.Range.Partition, peer.Identity.Worker, disconnected.Reason);
            reports.Lost(peer.Identity, disconnected.Reason);
        }
    }

    private static IActorRef Resolve(string path) => ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(path);

    private void OnTick()
    {
        reports.Steps();
        clipping?.Remind();
        if (started && barrier is { IsFinished: false } && stall.Due() is { } waited)
        {
            reports.Stalled(barrier.Version, waited, barrier.MissingShards(), clipping?.Lacking ?? []);
        }
    }

    private void Stop(string reason)
    {
        workers.Close(reason);
        coordinatorPeer?.Close(reason);
        plane.Unregister(endpoint, reason);
        Context.Stop(Self);
    }

    private sealed record TimesDue
    {
        public static readonly TimesDue Instance = new();
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
