using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;
using DistTrain.Node.Trained;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Scores;

namespace DistTrain.Node.Runs;

/// <summary>How well a checkpoint does on a test set, class by class.</summary>
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
        LabelledImages test = data.Test;
        if (test.Count == 0)
        {
            throw new UserErrorException($"dataset '{data.Name}' has no test images; choose another --dataset");
        }

        using var classifier = new Classifier(trained, normalisation, options.Threads);
        float[] logits_NK = classifier.Logits(test, cancellation);
        int classes = classifier.Classes;
        int[] predicted = [.. Enumerable.Range(0, test.Count).Select(n => Softmax.Largest(logits_NK.AsSpan(n * classes, classes)))];
        double loss = Enumerable.Range(0, test.Count).Sum(n => Softmax.Loss(logits_NK.AsSpan(n * classes, classes), test.Labels[n]));

        // A model may have classes that the data know nothing of; they are shown only where it says them.
        var confusion = new ConfusionMatrix(Math.Max(test.Classes, predicted.Max() + 1));
        for (int n = 0; n < test.Count; n++)
        {
            confusion.Add(test.Labels[n], predicted[n]);
        }

        IReadOnlyList<Mistake> mistakes = MistakePicker.Worst(test, logits_NK, classes, options.Mistakes);
        IReadOnlyList<string> files = options.Output is { } folder ? EvaluationPictures.Save(folder, trained, data, confusion, mistakes) : [];
        return new Evaluation(
            trained.Path,
            data.Name,
            trained.Model.Name,
            trained.Model.Variant,
            trained.Checkpoint.Step,
            test.Count,
            (double)confusion.Correct / test.Count,
            loss / test.Count,
            WeightsDigest.Of(trained.Checkpoint.Weights),
            confusion.Macro(),
            confusion.Scores(),
            [.. Enumerable.Range(0, confusion.Classes).Select(i => (IReadOnlyList<int>)[.. Enumerable.Range(0, confusion.Classes).Select(j => confusion[i, j])])],
            mistakes,
            files)
        {
            ClassNames = data.ClassNames,
        };
    }
}
