using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Generalisation;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Hosting;

/// <summary>Opens what a run needs on the coordinator's machine: data, directory, and the state to start from.</summary>
internal sealed class RunOpening(TrainingData data)
{
    /// <exception cref="UserErrorException">Something is missing, damaged, or does not fit the job.</exception>
    public async Task<RunFiles> OpenAsync(RunJob job, IProgress<string> progress, CancellationToken cancellation)
    {
        RunDirectory directory = RunDirectory.Open(job.Directory);
        var reading = new DownloadLines(progress);
        ResolvedDataset found = await data.ResolveAsync(DatasetRequest.Of(job.Spec), reading, cancellation).ConfigureAwait(false);
        job = job.Resume ? job : job with { Spec = job.Spec.FittedTo(found.Dataset.Train) };
        ModelDescription model = job.Spec.Network();
        model.RequireFits(found.Dataset.Train);
        job.Spec.Augmentation().RequireFits(found.Dataset.Train);
        if (job.Spec.BatchSize > found.Dataset.Train.Count || job.Spec.Shards > found.Dataset.Train.Count)
        {
            throw new UserErrorException(
                $"batch-size {job.Spec.BatchSize} and shards {job.Spec.Shards} must not exceed the {found.Dataset.Train.Count} training images of '{found.Dataset.Name}'");
        }

        return job.Resume ? Resume(job, directory, found, model) : Begin(job, directory, found, model);
    }

    private static RunFiles Begin(RunJob job, RunDirectory directory, ResolvedDataset found, ModelDescription model)
    {
        string engine = EngineFactory.Resolve(job.Spec.Engine, model, out string engineReason);
        JobSpec spec = job.Spec.WithOptimizerResolved() with { Dataset = found.Dataset.Name, DatasetFingerprint = found.Dataset.Fingerprint, Engine = engine };
        (float[] weights, spec) = StartingWeights.Of(spec, model);
        File.WriteAllText(directory.Spec, JobSpecJson.Write(spec));
        var start = WholeState.Begin(0, weights, spec.KeptMoments());
        return new RunFiles(directory, spec, model, found, start, () => WorkerEngines.Create(spec))
        {
            EngineReason = engineReason, EarlyStopping = spec.EarlyStopping(new Dictionary<string, string>(), directory.Spec),
        };
    }

    private static RunFiles Resume(RunJob job, RunDirectory directory, ResolvedDataset found, ModelDescription model)
    {
        JobSpec spec = job.Spec;
        if (found.Dataset.Fingerprint != spec.DatasetFingerprint)
        {
            throw new UserErrorException(
                $"{directory.Path}: the run was trained on other contents of '{spec.Dataset}' than are here ({found.Dataset.Source}); name the folder with the same files by --data-dir");
        }

        LatestCheckpoint latest = new CheckpointStore(directory.Checkpoints).ReadNewest();
        if (latest.Checkpoint is not { } checkpoint)
        {
            string why = latest.Damaged.Count == 0 ? "there is none yet" : string.Join("; ", latest.Damaged);
            throw new UserErrorException($"{directory.Path}: no usable checkpoint to go on from ({why}); start the job again with: disttrain train --config {directory.Spec}");
        }

        if (checkpoint.Weights.Length != model.Layout.Count)
        {
            throw new UserErrorException($"{latest.Path}: the checkpoint is of another model than {directory.Spec} names");
        }

        if (checkpoint.Job.Optimizer != spec.Optimizer)
        {
            throw new UserErrorException(
                $"{latest.Path}: its moments are those of {checkpoint.Job.Optimizer}, and {directory.Spec} names {spec.Optimizer}; a run goes on with the optimizer that it began with: "
                + $"put that back, or start another run from these weights with: disttrain train --from {directory.Path} --optimizer {spec.Optimizer}");
        }

        var plan = new EpochPlan(found.Dataset.Train.Count, spec.Shards, spec.BatchSize, spec.Seed);
        long finishAt = RunFiles.LastVersion(spec, plan);
        if (checkpoint.Step >= finishAt)
        {
            throw new UserErrorException($"{directory.Path}: the run is complete (step {checkpoint.Step} of {finishAt}); there is nothing to go on with");
        }

        EarlyStopping? early = spec.EarlyStopping(checkpoint.Extra, latest.Path!);
        if (early is { IsDue: true } && checkpoint.Step % plan.StepsPerEpoch == 0)
        {
            throw new UserErrorException(
                $"{directory.Path}: the run is complete: it ended early after step {checkpoint.Step} of {finishAt}, as {EarlyStopText.Of(spec, early)}; there is nothing to go on with");
        }

        var start = new WholeState(checkpoint.Step, checkpoint.Weights, checkpoint.FirstMoment, checkpoint.SecondMoment);
        EpochRecord[] before =
        [
            .. MetricsReader.Read(directory.Metrics)
                .Where(record => record.KindCase == RunRecord.KindOneofCase.Epoch && record.Epoch.Step <= (ulong)checkpoint.Step).Select(record => record.Epoch),
        ];
        return new RunFiles(directory, spec, model, found, start, () => WorkerEngines.Create(spec)) { Notes = latest.Damaged, EarlyStopping = early, EpochsBefore = before };
    }
}
