using DistTrain.Node.Runs;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Node.Trained;

/// <summary>A network with the weights of a checkpoint.</summary>
/// <param name="Path">File of the checkpoint.</param>
internal sealed record TrainedModel(string Path, Checkpoint Checkpoint, ModelDescription Model)
{
    /// <param name="target">A run directory, of which the last good checkpoint is taken, or a checkpoint file.</param>
    /// <exception cref="UserErrorException">There is no checkpoint that can be used.</exception>
    public static TrainedModel Open(string target)
    {
        (Checkpoint checkpoint, string path) = Read(target);
        return checkpoint.Job.IsEmulated
            ? throw new UserErrorException($"{path}: the run was emulated (--emulate-step), so its weights have learned nothing and are of no use")
            : new TrainedModel(path, checkpoint, checkpoint.Job.Network());
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
