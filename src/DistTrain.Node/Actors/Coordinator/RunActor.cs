using Akka.Actor;
using Akka.Event;
using DistTrain.Node.Plane;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Protocol.Control;
using DistTrain.Training;
using DistTrain.Training.Buffers;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>One job from its files to its summary. Not on the path of a step: it hears of steps after they were applied.</summary>
/// <remarks>
/// <code>
/// phase        message                what happens
/// preparing    FilesOpened            data, run directory and start are there: gather
/// gathering    Worker-, ServerArrived once there are enough servers, HostPartition to each
/// gathering    PartitionHosted        once all are: open links, send the state, invite workers
/// any          WorkerLoading          if workers are waited for: the deadline is counted from here
/// gathering    WorkerReady            once there are enough: publish the first view; now training
/// training     WorkerArrived          invited while there is room; joins with the view after it is ready
/// training     PeerLost, WorkerFailed, WorkerDeparted
///                                     the worker is out at once, its shards move with a new view
/// training     StepsApplied           into ledger, metrics and the feed
/// training     PartitionStalled       the workers that the step waits for are named; after the time-out given up
/// training     SnapshotArrived        once it is whole and its ledger written: evaluated, saved
/// training     StopRun                Hold to all partitions; after all Held, StopAt the highest version, or the end if nothing was applied
/// any          TimesTold              into the sums and the trace
/// any          ServerLinkLost, PartitionFailed, ServerDeparted
///                                     the run fails and names its last checkpoint
/// any          Deadline               the run fails and names who was waited for
/// ending       SnapshotProcessed      of the last version: TellTimes to all, then summary, EndRun to all, stops
/// </code>
/// Split by phase: this file prepares, RunActor.Gathering.cs gathers, RunActor.Training.cs trains, RunActor.Times.cs
/// says where the time goes, RunActor.Ending.cs ends.
/// </remarks>
internal sealed partial class RunActor : ReceiveActor, IWithTimers
{

    private readonly RunJob job;
    private readonly RunEnvironment environment;
    private readonly RunFeed feed;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly List<(IActorRef Server, string Address)> servers = [];
    private readonly Dictionary<IActorRef, RegisterWorker> spares = [];
    private readonly Dictionary<int, IActorRef> workers = [];
    private readonly CancellationTokenSource cancellation = new();
    private Phase phase = Phase.Preparing;
    private readonly RunRoster roster;
    private RunFiles? files;
    private PartitionRange[] ranges = [];
    private PartitionAddress?[] addresses = [];
    private IActorRef[] partitions = [];
    private CoordinatorLinks? links;
    private Func<string> waitingFor = () => "";

    public RunActor(RunJob job, RunEnvironment environment, RunFeed feed)
    {
        this.job = job;
        this.environment = environment;
        this.feed = feed;
        roster = new RunRoster(job.Spec.Shards);
        Receive<FilesOpened>(OnFilesOpened);
        Receive<PreparationProgressed>(progress => Publish(RunEvents.Info(RunEvents.Data, progress.Message)));
        Receive<PreparationFailed>(OnPreparationFailed);
        Receive<WorkerArrived>(OnWorkerArrived);
        Receive<WorkerDeparted>(OnWorkerDeparted);
        Receive<ServerArrived>(OnServerArrived);
        Receive<ServerDeparted>(OnServerDeparted);
        Receive<PartitionHosted>(OnPartitionHosted);
        Receive<HostingOverdue>(_ => OnHostingOverdue());
        Receive<LinksOpened>(OnLinksOpened);
        Receive<WorkerLoading>(OnWorkerLoading);
        Receive<WorkerReady>(OnWorkerReady);
        Receive<WorkerFailed>(OnWorkerFailed);
        Receive<Deadline>(deadline => Fail(deadline.Message()));
        Receive<QueryStatus>(_ => Sender.Tell(Status()));
        trace = job.Trace ? new RunTrace() : null;
        ReceiveTraining();
        ReceiveTimes();
        ReceiveEnding();
    }

    private enum Phase
    {
        Preparing,
        Gathering,
        Training,
        Holding,
        Stopping,
        Ended,
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        IActorRef self = Self;
        var progress = new Progress<string>(message => self.Tell(new PreparationProgressed(message)));
        Task.Run(() => environment.OpenFiles(job, progress, cancellation.Token)).PipeTo(
            Self, success: opened => new FilesOpened(opened), failure: error => new PreparationFailed(error));
    }

    protected override void PostStop()
    {
        cancellation.Cancel();
        cancellation.Dispose();
        links?.Dispose();
        snapshots?.Dispose();
        files?.Dispose();
    }

    /// <summary>A run that cannot go on, for instance because its disk is full, says so and ends; it is never begun anew by a supervisor.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
#pragma warning disable CA1031 // Whatever went wrong, whoever waits for the run must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.Error(error, "Run {0:x}: {1} could not be handled", job.Run, message.GetType().Name);
            Fail(OneLine(error));
            return true;
        }
    }

    private void OnFilesOpened(FilesOpened opened)
    {
        files = opened.Files;
        if (phase == Phase.Ended)
        {
            files.Dispose();
            return;
        }

        phase = Phase.Gathering;
        ranges = PartitionRange.Split(files.Model.Layout.Count, files.Spec.Partitions);
        addresses = new PartitionAddress?[ranges.Length];
        partitions = new IActorRef[ranges.Length];
        snapshots = new SnapshotAssembly(ranges);
        progress = new StepAccount(files.Plan, ranges.Length, files.Start.Version);
        foreach (EpochRecord epoch in files.EpochsBefore)
        {
            overfitting.Add((int)epoch.Epoch, epoch.TrainLoss, epoch.HasValidationLoss ? epoch.ValidationLoss : epoch.TestLoss);
        }

        Publish(new RunRecord { Start = Description() });
        if (files.EngineReason.Length > 0)
        {
            Publish(RunEvents.Info(RunEvents.Engine, $"engine {files.EngineReason}"));
        }

        if (files.Spec.IsEmulated)
        {
            Publish(RunEvents.Warning(
                RunEvents.Emulated, "EMULATED: workers sleep instead of computing, the weights are of no use and are not tested; only times mean something"));
        }

        if (files.Spec.Augmentation() is { IsNone: false } augmentation)
        {
            Publish(RunEvents.Info(RunEvents.Data, $"training images are {augmentation}"));
        }

        foreach (string note in files.Notes)
        {
            Publish(RunEvents.Warning(RunEvents.CheckpointDamaged, note));
        }

        StartDeadline(() => $"waited {environment.WorkerTimeout.TotalSeconds:0} s for {Lacking()}");
        StartPartitions();
        CoordinatorWarmUp.Begin(failed => log.Warning(failed, "The coordinator could not compile its code beforehand"));
    }

    /// <summary>What the user can put right leaves no run behind; what else goes wrong does, for its traces.</summary>
    private void OnPreparationFailed(PreparationFailed failed)
    {
        if (phase != Phase.Preparing || failed.Error is not UserErrorException)
        {
            Fail(OneLine(failed.Error));
            return;
        }

        if (!job.Resume)
        {
            Directory.Delete(job.Directory, recursive: true);
        }

        End("refused", OneLine(failed.Error));
    }

    private RunStart Description()
    {
        var start = new RunStart
        {
            Run = job.Run,
            RunDirectory = files!.Directory,
            Dataset = files.Spec.Dataset,
            DatasetReason = files.DatasetReason,
            Model = files.Spec.Model,
            Variant = files.Model.Variant,
            Engine = files.Spec.Engine,
            Workers = (uint)files.Spec.Workers,
            Shards = (uint)files.Spec.Shards,
            Partitions = (uint)files.Spec.Partitions,
            BatchSize = (uint)files.Spec.BatchSize,
            Epochs = files.Spec.Epochs,
            StepsPerEpoch = (ulong)files.Plan.StepsPerEpoch,
            TotalSteps = (ulong)files.FinishAt,
            FirstStep = (ulong)files.Start.Version,
            Parameters = (ulong)files.Model.Layout.Count,
            TrainSamples = (ulong)files.Data.Train.Count,
            TestSamples = (ulong)files.Data.Test.Count,
            Seed = files.Spec.Seed,
            LearningRate = files.Spec.PeakLearningRate(),
            Optimizer = files.Spec.DescribeOptimizer(),
            Schedule = files.Spec.Schedule,
            Emulated = files.Spec.IsEmulated,
            EmulateStepMilliseconds = files.Spec.EmulateStepMilliseconds,
        };
        if (files.Data.Validation is { } validation)
        {
            start.ValidationSamples = (ulong)validation.Count;
        }

        return start;
    }

    /// <summary>The run fails with this message unless workers and servers come, or those that load tell progress, within the time-out.</summary>
    private void StartDeadline(Func<string> message)
    {
        waitingFor = message;
        Timers.StartSingleTimer("deadline", new Deadline(message), environment.WorkerTimeout);
    }

    private void Publish(params ReadOnlySpan<RunRecord> records)
    {
        foreach (RunRecord record in records)
        {
            record.Time = Now();
        }

        feed.Publish(records);
        foreach (RunRecord record in records)
        {
            files?.Write(record);
        }
    }

    private double Now() => environment.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");

    private sealed record Deadline(Func<string> Message);
}
