using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Actors.Timing;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training.Buffers;
using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;
using DistTrain.Training.Timing;

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
internal sealed class ParameterServerActor : ReceiveActor, IWithTimers
{
    /// <summary>Snapshots that may be on their way before the partition waits for the coordinator.</summary>
    private const int MostSnapshots = 2;

    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(100);

    private readonly PartitionJob job;
    private readonly IPlaneHost plane;
    private readonly TimeProvider time;
    private readonly IOptimizer optimizer;
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

    private void OnState(StateArrived arrived)
    {
        if (arrived.Peer.Identity.Role != PlaneRole.Coordinator || weights is not null || arrived.State.Moments != optimizer.Moments)
        {
            arrived.State.Release();
            arrived.Peer.Close("only the coordinator gives the state to start from, once, with the moments of the job's optimizer");
            return;
        }

        weights = new PartitionWeights(buffers, optimizer, arrived.State);
        barrier = new SynchronousBarrier(job.Spec.Shards, arrived.State.Version, job.FinishAt);
        workers.SendWeights(weights.Version, weights.Current);
        if (holdAsked)
        {
            OnHold();
        }
    }

    private void OnPush(GradientPush push)
    {
        IPlanePeer sender = push.ArrivedFrom!;
        if (barrier is null || !workers.TryNumber(sender, out int contributor))
        {
            push.Release();
            return;
        }

        if (!started)
        {
            started = true;
            stall.Restart();
            times.Begin(push.ArrivedAt);
        }

        long step = barrier.Version + 1;
        times.Until(StepPart.Wait, push.ArrivedAt, step, shard: -1);
        times.Until(StepPart.Queue, step);
        PushOutcome outcome = barrier.Offer(push.Version, push.Node, push.Gradient, push.Shards, contributor);
        if (outcome is PushOutcome.Accepted or PushOutcome.Completed)
        {
            push.Gradient = null!;
        }
        else if (outcome == PushOutcome.Malformed)
        {
            sender.Close($"a push of node {push.Node} at version {push.Version} does not fit this run at version {barrier.Version}");
        }

        push.Release();
        times.Until(StepPart.Reduce, step);
        ApplyWhatIsComplete();
        if (times.HasMany)
        {
            reports.Times(last: false);
        }
    }

    private void ApplyWhatIsComplete()
    {
        while (barrier!.CanApply && verdictDue == 0 && (snapshotsUnderWay < MostSnapshots || !job.IsSnapshot(barrier.Version + 1, barrier.FinishAt)))
        {
            GradientTree tree = barrier.Tree;
            long samples = 0;
            foreach (ShardContribution given in tree.Contributions)
            {
                samples += given.Samples;
            }

            double? clip = clipping is null ? 1 : clipping.Factor(barrier.Version + 1, tree, samples);
            if (clip is null)
            {
                return;
            }

            double rate = schedule.At(barrier.Version + 1);
            weights!.Apply(rate, tree.RootTerms, samples, clip.Value);
            applied.Add(weights.Version, Now(), rate, tree, workers);
            barrier.Advance();
            stall.StepApplied();
            times.Until(StepPart.Apply, barrier.Version);
            workers.SendWeights(weights.Version, weights.Current);
            if (job.IsSnapshot(barrier.Version, barrier.FinishAt))
            {
                SendSnapshot();
            }
            else if (applied.IsFull)
            {
                reports.Steps();
            }

            times.Until(StepPart.Send, barrier.Version);
        }
    }

    private void SendSnapshot()
    {
        reports.Steps();
        snapshotsUnderWay++;
        if (job.AwaitsVerdict(barrier!.Version, barrier.FinishAt))
        {
            verdictDue = barrier.Version;
        }

        coordinatorPeer?.SendSnapshot(weights!.Snapshot());
    }

    private void OnSnapshotTaken(SnapshotTaken taken)
    {
        snapshotsUnderWay--;
        verdictDue = (long)taken.Version == verdictDue ? 0 : verdictDue;
        times.Until(StepPart.Wait, (barrier?.Version ?? 0) + 1);
        ApplyWhatIsComplete();
    }

    private void OnHold()
    {
        // The state takes another way than this message, and may come after it.
        if (barrier is null)
        {
            holdAsked = true;
            return;
        }

        reports.Steps();
        reports.Held(barrier.Hold());
    }

    private void OnStopAt(StopAt stop)
    {
        if (barrier is null)
        {
            return;
        }

        bool alreadyThere = barrier.Version == (long)stop.Version && !job.IsSnapshot(barrier.Version, job.FinishAt);
        barrier.StopAt((long)stop.Version);
        if (alreadyThere)
        {
            SendSnapshot();
        }

        times.Until(StepPart.Wait, barrier.Version + 1);
        ApplyWhatIsComplete();
    }

    private void OnWeightsLacking(WeightsLacking lacking)
    {
        if (workers.Find((int)lacking.Worker) is { } peer && weights?.At((long)lacking.Version) is { } wanted)
        {
            peer.SendWeights((long)lacking.Version, wanted);
        }
    }

    private void OnNormShare(NormShare share)
    {
        if (clipping is null || share.Run != job.Run)
        {
            return;
        }

        clipping.Hear(share, Sender);
        if (barrier is not null)
        {
            times.Until(StepPart.Wait, barrier.Version + 1);
            ApplyWhatIsComplete();
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

    /// <summary>In microseconds, which is what a double of that size resolves.</summary>
    private double Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private sealed record TimesDue
    {
        public static readonly TimesDue Instance = new();
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
