using DistTrain.Node.Commands;
using DistTrain.Training.Data;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;

namespace DistTrain.Node.Trained;

/// <summary>Finds the images that a model was wrong about, worst first.</summary>
internal static class MistakePicker
{
    /// <param name="logits_NK">Of all images.</param>
    /// <param name="loss">That the model was trained by.</param>
    /// <param name="most">No more than so many.</param>
    public static IReadOnlyList<Mistake> Worst(LabelledImages images, float[] logits_NK, int classes, LossKind loss, int most)
    {
        var wrong = new List<(int Index, double Loss)>();
        for (int n = 0; n < images.Count; n++)
        {
            ReadOnlySpan<float> logits = logits_NK.AsSpan(n * classes, classes);
            if (Softmax.Largest(logits) != images.Labels[n])
            {
                wrong.Add((n, ClassScores.Loss(loss, logits, images.Labels[n])));
            }
        }

        // A stable order, so that equal losses stand in that of the test set.
        return [.. wrong.OrderByDescending(each => each.Loss).Take(most).Select(each => Of(images, logits_NK.AsSpan(each.Index * classes, classes), loss, each.Index, each.Loss))];
    }

    private static Mistake Of(LabelledImages images, ReadOnlySpan<float> logits, LossKind loss, int index, double lossOfIt)
    {
        int predicted = Softmax.Largest(logits);
        return new Mistake(index, images.Labels[index], predicted, lossOfIt, ClassScores.Probabilities(loss, logits)[predicted]);
    }
}
