using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Actors.Dispatch;
using DistTrain.Protocol.Control;

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
/// joining     (progress)       WorkerLoading to the run; counted from here, it may take 30 s more
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
internal sealed partial class WorkerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RegisterEvery = TimeSpan.FromSeconds(1);

    /// <summary>Ticks between reminders.</summary>
    private const int RemindEvery = 5;

    private readonly IActorRef coordinatorProxy;
    private readonly WorkerEnvironment environment;
    private readonly WaitingThreads waiting = Dispatchers.WaitingThreads(Context.System);
    private readonly ILoggingAdapter log = Context.GetLogger();
    private IActorRef? coordinator;
    private IActorRef runActor = ActorRefs.Nobody;
    private ulong incarnation;
    private int ticks;
    private WorkerRun? run;
    private Borrower? borrower;
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
        joinWatch?.Dispose();
        joinWatch = null;
        joining = 0;
        Timers.Cancel(TimesTimer);
        WaitingThreads.Lookout = null;
        borrower?.Dispose();
        borrower = null;
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
}
