using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Generalisation;
using DistTrain.Training.Jobs;
using DistTrain.Training.Ledger;
using DistTrain.Training.Models;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>
/// What a run reads and writes on the coordinator's machine: its data, the state it starts from, and the files of its
/// directory. <see cref="Process"/> may run beside the other members, which belong to one thread at a time.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    private readonly RunDirectory directory;
    private readonly CheckpointStore checkpoints;
    private readonly MetricsWriter metrics;
    private readonly LedgerWriter ledger;
    private readonly Lazy<Evaluator> evaluator;
    private readonly Lock processing = new();

    public RunFiles(RunDirectory directory, JobSpec spec, ModelDescription model, ResolvedDataset data, WholeState start, Func<IGradientEngine> createEngine)
    {
        this.directory = directory;
        Spec = spec;
        Model = model;
        Data = data.Dataset;
        DatasetReason = data.Reason;
        Start = start;
        Plan = new EpochPlan(Data.Train.Count, spec.Shards, spec.BatchSize, spec.Seed);
        FinishAt = LastVersion(spec, Plan);
        checkpoints = new CheckpointStore(directory.Checkpoints);
        ledger = new LedgerWriter(directory.Ledger);
        metrics = new MetricsWriter(directory.Metrics);
        evaluator = new Lazy<Evaluator>(() => new Evaluator(createEngine(), Data));
    }

    public JobSpec Spec { get; }

    public ModelDescription Model { get; }

    public ImageDataset Data { get; }

    /// <summary>Which data set, whence, and why it and not another.</summary>
    public string DatasetReason { get; }

    /// <summary>Which engine, and why it is not the fastest; empty if it is.</summary>
    public string EngineReason { get; init; } = "";

    /// <summary>A share of right answers as it is, or not a number if the network's answers are not right or wrong: then there is no accuracy.</summary>
    public double Accuracy(double share) => Model.Task == ModelTask.Classification ? share : double.NaN;

    public EpochPlan Plan { get; }

    /// <summary>The state that the first step starts from.</summary>
    public WholeState Start { get; }

    /// <summary>The version after which the run is over.</summary>
    public long FinishAt { get; }

    public string Directory => directory.Path;

    /// <summary>When the run ends before its last epoch; null if it does not. Belongs to <see cref="Process"/>.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Epochs that were completed before this process began, of a run that goes on.</summary>
    public IReadOnlyList<EpochRecord> EpochsBefore { get; init; } = [];

    /// <summary>What was odd when the run was opened, such as a damaged checkpoint; a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The version after which a job is over: its epochs' end, or sooner if it has a limit of steps.</summary>
    public static long LastVersion(JobSpec spec, EpochPlan plan)
    {
        long planned = spec.PlannedSteps(plan.StepsPerEpoch);
        return Math.Min(planned, spec.Steps ?? planned);
    }

    /// <summary>Whether the state of a version that ends an epoch is evaluated even if training goes on.</summary>
    public bool IsEvaluatedEpoch(long version) =>
        version % Plan.StepsPerEpoch == 0 && Spec.EvaluateEvery > 0 && version / Plan.StepsPerEpoch % Spec.EvaluateEvery == 0;

    /// <summary>Training begins: what a resumed run's ledger holds beyond its checkpoint is void from here on.</summary>
    public void Begin()
    {
        if (Start.Version > 0)
        {
            ledger.Append(LedgerRecord.Resumption(Start.Version));
            ledger.Sync();
        }
    }

    public void Write(RunRecord record) => metrics.Write(record);

    public void Append(in LedgerRecord record) => ledger.Append(record);

    /// <summary>Hands the ledger to the operating system.</summary>
    public void FlushLedger() => ledger.Flush();

    /// <summary>Waits until the ledger is on the disk.</summary>
    public void SyncLedger() => ledger.Sync();

    /// <summary>Saves a state as a checkpoint, and says how well it does on the test set if that is asked.</summary>
    public SnapshotProcessed Process(WholeState state, bool evaluate)
    {
        using Lock.Scope scope = processing.EnterScope();
        GradientResult? test = evaluate ? evaluator.Value.Evaluate(state.Weights) : null;
        GradientResult? validation = evaluate ? evaluator.Value.Validate(state.Weights) : null;
        if (test is not null && state.Version % Plan.StepsPerEpoch == 0)
        {
            EarlyStopping?.Add(Monitored(validation ?? test.Value));
        }

        long? best = EarlyStopping is { BestEpoch: > 0 } ? EarlyStopping.BestEpoch * (long)Plan.StepsPerEpoch : null;
        var checkpoint = new Checkpoint
        {
            Job = Spec,
            Epoch = Plan.EpochOf(state.Version),
            Step = state.Version,
            Weights = state.Weights,
            FirstMoment = state.FirstMoment,
            SecondMoment = state.SecondMoment,
            Normalisation = PixelNormalisation.Of(Data),
            ClassNames = Data.ClassNames,
            Extra = EarlyStopping.Saved(),
        };
        string path = checkpoints.Save(checkpoint, best);
        return new SnapshotProcessed(state, test, path, WeightsDigest.Of(state.Weights))
        {
            Validation = validation,
            EarlyStop = EarlyStopping is null ? null
                : new EarlyStop(EarlyStopping.IsDue, EarlyStopping.BestEpoch, best is { } step ? checkpoints.PathOf(step) : "", EarlyStopText.Of(Spec, EarlyStopping)),
        };
    }

    private double Monitored(GradientResult result) =>
        Spec.Monitor == JobEarlyStopping.Accuracy ? (double)result.Correct / result.Count : result.LossSum / result.Count;

    /// <summary>Ends the metrics with the summary and writes the report.</summary>
    public void Complete(RunRecord summary)
    {
        metrics.Write(summary);
        ledger.Sync();
        RunReport.Write(directory);
    }

    /// <summary>Waits for a snapshot that is being processed.</summary>
    public void Dispose()
    {
        using Lock.Scope scope = processing.EnterScope();
        metrics.Dispose();
        ledger.Dispose();
        if (evaluator.IsValueCreated)
        {
            evaluator.Value.Dispose();
        }
    }
}
