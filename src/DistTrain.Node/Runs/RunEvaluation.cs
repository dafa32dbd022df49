using DistTrain.Node.Actors.Coordinator;
using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Node.Runs;

/// <summary>Loss and accuracy of a checkpoint on a test set.</summary>
internal static class RunEvaluation
{
    public static async Task<Evaluation> EvaluateAsync(EvaluateOptions options, CancellationToken cancellation)
    {
        (Checkpoint checkpoint, string path) = Read(options.Target);
        JobSpec job = checkpoint.Job with { Threads = options.Threads };
        if (job.IsEmulated)
        {
            throw new UserErrorException($"{path}: the run was emulated (--emulate-step), so its weights have learned nothing and there is nothing to evaluate");
        }

        string name = options.Dataset ?? job.Dataset;
        ImageDataset data = (await new TrainingData(options.DataDirectory).ResolveAsync(DatasetRequest.Of(job with { Dataset = name }), null, cancellation).ConfigureAwait(false)).Dataset;
        ModelDescription model = job.Network();
        model.RequireFits(data.Test);
        if (checkpoint.Weights.Length != model.Layout.Count)
        {
            throw new UserErrorException($"{path}: it holds {checkpoint.Weights.Length} weights, but {model.Name} has {model.Layout.Count}");
        }

        using var evaluator = new Evaluator(WorkerEngines.Create(job), data);
        GradientResult result = evaluator.Evaluate(checkpoint.Weights);
        return new Evaluation(
            path,
            data.Name,
            job.Model,
            model.Variant,
            checkpoint.Step,
            result.Count,
            (double)result.Correct / result.Count,
            result.LossSum / result.Count,
            WeightsDigest.Of(checkpoint.Weights));
    }

    private static (Checkpoint Checkpoint, string Path) Read(string target)
    {
        if (!Directory.Exists(target))
        {
            return (CheckpointFile.Read(target), target);
        }

        LatestCheckpoint latest = new CheckpointStore(RunDirectory.Open(target).Checkpoints).ReadNewest();
        return latest.Checkpoint is { } newest
            ? (newest, latest.Path!)
            : throw new UserErrorException($"{target}: no usable checkpoint{(latest.Damaged.Count == 0 ? " was written yet" : $": {string.Join("; ", latest.Damaged)}")}");
    }
}
