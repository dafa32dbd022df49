using DistTrain.Node.Commands;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Scores;

namespace DistTrain.Node.Trained;

/// <summary>How well a classifier does on a test set, class by class.</summary>
internal static class ClassificationEvaluation
{
    /// <param name="most">So many of the worst mistakes at most.</param>
    /// <param name="folder">For pictures; null for none.</param>
    public static Evaluation Of(TrainedModel trained, Inference inference, ImageDataset data, int most, string? folder, CancellationToken cancellation)
    {
        LabelledImages test = data.Test;
        float[] logits_NK = inference.Logits(test, cancellation);
        int classes = inference.Outputs;
        int[] predicted = [.. Enumerable.Range(0, test.Count).Select(n => Softmax.Largest(logits_NK.AsSpan(n * classes, classes)))];
        double loss = Enumerable.Range(0, test.Count).Sum(n => ClassScores.Loss(trained.Model.Loss, logits_NK.AsSpan(n * classes, classes), test.Labels[n]));

        // A model may have classes that the data know nothing of; they are shown only where it says them.
        var confusion = new ConfusionMatrix(Math.Max(test.Classes, predicted.Max() + 1));
        for (int n = 0; n < test.Count; n++)
        {
            confusion.Add(test.Labels[n], predicted[n]);
        }

        IReadOnlyList<Mistake> mistakes = MistakePicker.Worst(test, logits_NK, classes, trained.Model.Loss, most);
        IReadOnlyList<string> files = folder is null ? [] : EvaluationPictures.Save(folder, trained, data, confusion, mistakes);
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
