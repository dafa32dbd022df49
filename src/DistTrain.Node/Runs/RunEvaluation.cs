using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;
using DistTrain.Node.Trained;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Node.Runs;

/// <summary>How well a checkpoint does on a test set.</summary>
internal static class RunEvaluation
{
    public static async Task<Evaluation> EvaluateAsync(EvaluateOptions options, CancellationToken cancellation)
    {
        TrainedModel trained = TrainedModel.Open(options.Target);
        if (options.Output is { } wanted)
        {
            EvaluationPictures.Prepare(wanted);
        }

        string name = options.Dataset ?? trained.Checkpoint.Job.Dataset;
        ImageDataset data = (await new TrainingData(options.DataDirectory).ResolveAsync(DatasetRequest.Of(trained.Checkpoint.Job with { Dataset = name }), null, cancellation).ConfigureAwait(false)).Dataset;

        // What the network was trained with belongs to it, even if it is shown other images.
        PixelNormalisation normalisation = name == trained.Checkpoint.Job.Dataset
            ? trained.Checkpoint.Normalisation ?? PixelNormalisation.Of(data)
            : await KnownNormalisation.OfAsync(trained, cancellation).ConfigureAwait(false);
        return await Task.Run(() => Evaluate(trained, normalisation, data, options, cancellation), cancellation).ConfigureAwait(false);
    }

    private static Evaluation Evaluate(TrainedModel trained, PixelNormalisation normalisation, ImageDataset data, EvaluateOptions options, CancellationToken cancellation)
    {
        if (data.Test.Count == 0)
        {
            throw new UserErrorException($"dataset '{data.Name}' has no test images; choose another --dataset");
        }

        using var inference = new Inference(trained, normalisation, options.Threads);
        return trained.Model.Task == ModelTask.Classification
            ? ClassificationEvaluation.Of(trained, inference, data, options.Mistakes, options.Output, cancellation)
            : ReconstructionEvaluation.Of(trained, inference, data, options.Mistakes, options.Output, cancellation);
    }
}
