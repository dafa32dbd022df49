using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Actors.Timing;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Control;
using DistTrain.Training;
using DistTrain.Training.Buffers;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Worker;

/// <summary>
/// A worker: waits for weights, computes the gradients of its shards on its own thread, pushes them.
/// </summary>
/// <remarks>
/// <code>
/// state       message          what happens
/// any         tick             RegisterWorker to the coordinator, seldom once it was answered
/// any         Registered       the coordinator is watched
/// in a run    TellTimes        TimesTold to the run, as also five times a second
/// idle        JoinRun          loads the data, opens a link to every partition
/// any         JoinRun, EndRun  for a former incarnation: ignored
/// joining     RunJoined        makes its engine; WorkerReady to the run
/// joining     JoinFailed       WorkerFailed to the run
/// in a run    ViewPublished    takes up the shards that the view gives it
/// in a run    WeightsArrived   a new version begins a step
/// in a run    ComputeNext      one shard's gradient; after the last one the sums are pushed
/// in a run    LinkLost         leaves the run and registers anew, as another incarnation
/// any         EndRun           leaves the run, likewise
/// any         Terminated       (coordinator) leaves the run and looks for a coordinator
/// any         LeaveCluster     WorkerLeaving to the coordinator; computes on until WorkerReleased
/// </code>
/// One shard a message, so that a new view is never kept waiting for more than one microbatch.
/// </remarks>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RegisterEvery = TimeSpan.FromSeconds(1);
    /// <summary>Ticks between reminders.</summary>
    private const int RemindEvery = 5;

    private const string TimesTimer = "times";

    private static readonly TimeSpan JoinWithin = TimeSpan.FromSeconds(30);

    private readonly IActorRef coordinatorProxy;
    private readonly WorkerEnvironment environment;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private IActorRef? coordinator;
    private IActorRef runActor = ActorRefs.Nobody;
    private ulong incarnation;
    private ulong joining;
    private uint joiningAs;
    private int ticks;
    private CancellationTokenSource? joinCancellation;
    private WorkerRun? run;
    private ViewPublished? lastView;
    private bool computeScheduled;
    private IActorRef? leaveAsker;
    private (int Partition, long Version)? asked;

    public WorkerActor(IActorRef coordinatorProxy, WorkerEnvironment environment)
    {
        this.coordinatorProxy = coordinatorProxy;
        this.environment = environment;
        Receive<WeightsArrived>(OnWeights);
        Receive<ComputeNext>(_ => OnComputeNext());
        Receive<ViewPublished>(OnView);
        Receive<Tick>(_ => OnTick());
        Receive<Registered>(_ => OnRegistered());
        Receive<JoinRun>(OnJoinRun);
        Receive<RunJoined>(OnJoined);
        Receive<JoinFailed>(OnJoinFailed);
        Receive<LinkLost>(OnLinkLost);
        Receive<EndRun>(OnEndRun);
        Receive<Terminated>(OnTerminated);
        Receive<TellTimes>(OnTellTimes);
        Receive<TimesDue>(_ => TellTimes(last: false));
        Receive<LeaveCluster>(_ => OnLeave());
        Receive<WorkerReleased>(_ => OnReleased());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => RegisterAnew();

    protected override void PostStop() => LeaveRun();

    private void RegisterAnew()
    {
        incarnation = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        coordinatorProxy.Tell(Registration());
        Timers.StartPeriodicTimer("tick", Tick.Instance, RegisterEvery);
    }

    private RegisterWorker Registration() =>
        new() { Name = Self.Path.Name, Incarnation = incarnation, Address = environment.Address };

    private void OnTick()
    {
        // Now and then also when it was answered: a coordinator that took this node for lost has forgotten it.
        if (coordinator is null || ++ticks % RemindEvery == 0)
        {
            coordinatorProxy.Tell(Registration());
        }

        if (run?.Lacking() is { } lacking)
        {
            // Twice seen, so not merely on its way: every worker that had this version is gone.
            if (asked == lacking)
            {
                runActor.Tell(new WeightsLacking
                {
                    Run = run.Run, Worker = (uint)run.Worker, Partition = (uint)lacking.Partition, Version = (ulong)lacking.Version,
                });
            }

            asked = lacking;
        }
    }

    private void OnRegistered()
    {
        coordinator = Sender;
        Context.Watch(coordinator);
    }

    private void OnJoinRun(JoinRun join)
    {
        // An invitation of a former self is on its way back already: this one's registration will be answered by another.
        bool twice = (joining == join.Run && joiningAs == join.Worker) || (run?.Run == join.Run && run.Worker == join.Worker);
        if (join.Incarnation != incarnation || twice)
        {
            return;
        }

        // Invited under another number: the coordinator gave the former one up.
        LeaveRun();
        joining = join.Run;
        joiningAs = join.Worker;
        runActor = Sender;
        joinCancellation = new CancellationTokenSource(JoinWithin);
        IActorRef self = Self;
        Task.Run(() => JoinAsync(join, self, joinCancellation.Token)).PipeTo(
            Self, success: joined => joined, failure: error => new JoinFailed(join, error));
    }

    private async Task<RunJoined> JoinAsync(JoinRun join, IActorRef self, CancellationToken cancellation)
    {
        JobSpec spec = JobSpecJson.Read(join.SpecJson, "the coordinator's job");
        ImageDataset data = await environment.LoadData(spec, cancellation).ConfigureAwait(false);
        PartitionRange[] ranges =
            [.. join.Partitions.Select(at => new PartitionRange((int)at.Partition, (int)at.Offset, (int)at.Length)).OrderBy(range => range.Partition)];
        var links = new WorkerLinks(ranges.Length, self);
        try
        {
            foreach (PartitionAddress address in join.Partitions)
            {
                int partition = (int)address.Partition;
                var identity = new PlaneIdentity(join.Run, partition, PlaneRole.Worker, (int)join.Worker, incarnation);
                var buffers = new BufferPool((int)address.Length);
                links.Attach(partition, await environment.Plane.ConnectAsync(address, identity, buffers, links, cancellation).ConfigureAwait(false));
            }
        }
        catch
        {
            links.Dispose();
            throw;
        }

        return new RunJoined(join, spec, data, ranges, links);
    }

    private void OnJoined(RunJoined joined)
    {
        if (joining != joined.Join.Run || joiningAs != joined.Join.Worker)
        {
            joined.Links.Dispose();
            return;
        }

        IGradientEngine engine;
        try
        {
            if (joined.Links.Lost is { } lost)
            {
                throw new IOException(lost);
            }

            engine = environment.CreateEngine(joined.Spec);
        }
#pragma warning disable CA1031 // An engine that cannot be made is this worker's failure, whatever the reason.
        catch (Exception error)
#pragma warning restore CA1031
        {
            joined.Links.Dispose();
            OnJoinFailed(new JoinFailed(joined.Join, error));
            return;
        }

        joining = 0;
        int number = (int)joined.Join.Worker;
        run = new WorkerRun(joined.Join.Run, number, joined.Spec, joined.Data, joined.Ranges, joined.Links, engine, environment.Time, (long)joined.Join.TracedUntil);
        Timers.StartPeriodicTimer(TimesTimer, TimesDue.Instance, StepTimes.TellEvery);
        log.Info("Worker {0} is ready for run {1:x}", number, run.Run);
        runActor.Tell(new WorkerReady { Run = run.Run, Worker = (uint)number, Incarnation = incarnation });

        // Weights may have come before there was a run to take them.
        run.TakeWeights();
        if (lastView?.Run == run.Run)
        {
            OnView(lastView);
        }
    }

    private void OnJoinFailed(JoinFailed failed)
    {
        if (joining != failed.Join.Run || joiningAs != failed.Join.Worker)
        {
            return;
        }

        string reason = failed.Error is OperationCanceledException
            ? $"it did not get ready within {JoinWithin.TotalSeconds:0} s"
            : failed.Error.Message;
        log.Warning("Cannot join run {0:x}: {1}", failed.Join.Run, reason);
        ReportFailure(failed.Join.Run, (int)failed.Join.Worker, reason, fatal: false);
        LeaveRun();
    }

    private void OnView(ViewPublished view)
    {
        lastView = view;
        if (run?.Run == view.Run)
        {
            run.Take((int)view.Number, view.Owners);
            Schedule();
        }
    }

    private void OnWeights(WeightsArrived arrived)
    {
        if (run is null || run.Links != arrived.Links)
        {
            return;
        }

        run.TakeWeights();
        if (run.HasWork && !computeScheduled)
        {
            // Straight on: the message round would cost more than it gives.
            OnComputeNext();
        }
    }

    private void OnComputeNext()
    {
        computeScheduled = false;
        if (run is null || !run.HasWork)
        {
            return;
        }

        try
        {
            run.ComputeNext();
        }
#pragma warning disable CA1031 // Any failure of the computation is reported and ends this worker's part.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.Error(error, "The gradient could not be computed");
            ReportFailure(run.Run, run.Worker, error.Message, fatal: error is NonFiniteLossException or UserErrorException);
            LeaveRun();
            return;
        }

        if (run.Times.HasMany)
        {
            TellTimes(last: false);
        }

        Schedule();
    }

    private void OnTellTimes(TellTimes asked)
    {
        if (asked.Run == run?.Run)
        {
            TellTimes(last: true);
        }
    }

    private void TellTimes(bool last)
    {
        if (run is not null)
        {
            TimesTold told = run.Times.Take();
            told.Run = run.Run;
            told.Worker = (uint)run.Worker;
            told.Incarnation = incarnation;
            told.Last = last;
            runActor.Tell(told);
        }
    }

    private void Schedule()
    {
        if (!computeScheduled && run is { HasWork: true })
        {
            computeScheduled = true;
            Self.Tell(ComputeNext.Instance);
        }
    }

    private void OnLinkLost(LinkLost lost)
    {
        if (run?.Links == lost.Links)
        {
            log.Warning("The link to partition {0} at {1} is lost: {2}", lost.Partition, lost.Address, lost.Reason);
            ReportFailure(run.Run, run.Worker, $"its link to partition {lost.Partition} at {lost.Address} is lost: {lost.Reason}", fatal: false);
            LeaveRun();
            coordinator = null;
            RegisterAnew();
        }
    }

    private void OnEndRun(EndRun end)
    {
        // Taking one that was meant for a former self would end this one too, and its end the next one's, for ever.
        if (end.Incarnation == incarnation && (run?.Run == end.Run || joining == end.Run))
        {
            LeaveRun();
            coordinator = null;
            RegisterAnew();
        }
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(coordinator))
        {
            log.Warning("The coordinator is gone; looking for it again");
            LeaveRun();
            coordinator = null;
            RegisterAnew();
        }
    }

    private void OnLeave()
    {
        leaveAsker = Sender;
        Timers.Cancel("tick");
        if (coordinator is null)
        {
            OnReleased();
        }
        else
        {
            coordinator.Tell(new WorkerLeaving { Incarnation = incarnation });
        }
    }

    private void OnReleased()
    {
        LeaveRun();
        leaveAsker?.Tell(WorkerHasLeft.Instance);
    }

    private void LeaveRun()
    {
        joinCancellation?.Cancel();
        joinCancellation?.Dispose();
        joinCancellation = null;
        joining = 0;
        Timers.Cancel(TimesTimer);
        run?.Dispose();
        run = null;
        asked = null;
    }

    private void ReportFailure(ulong ofRun, int worker, string reason, bool fatal) =>
        runActor.Tell(new WorkerFailed { Run = ofRun, Worker = (uint)worker, Incarnation = incarnation, Reason = reason, Fatal = fatal });

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    private sealed record TimesDue
    {
        public static readonly TimesDue Instance = new();
    }

    private sealed record ComputeNext
    {
        public static readonly ComputeNext Instance = new();
    }

    private sealed record RunJoined(JoinRun Join, JobSpec Spec, ImageDataset Data, PartitionRange[] Ranges, WorkerLinks Links);

    private sealed record JoinFailed(JoinRun Join, Exception Error);
}

/// <summary>The process shuts down; answered by <see cref="WorkerHasLeft"/>.</summary>
internal sealed record LeaveCluster
{
    public static readonly LeaveCluster Instance = new();
}

internal sealed record WorkerHasLeft
{
    public static readonly WorkerHasLeft Instance = new();
}
