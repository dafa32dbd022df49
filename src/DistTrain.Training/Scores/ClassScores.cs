using DistTrain.Training.Models;

namespace DistTrain.Training.Scores;

/// <summary>
/// What the outputs (logits) of a network say of one sample, in double precision. It depends on the loss that the network was trained by, and
/// is said here for whoever evaluates, predicts or exports.
/// </summary>
public static class ClassScores
{
    /// <summary>
    /// One a class, together 1: softmax(z), and of <see cref="LossKind.BinaryCrossEntropy"/>, which knows each class's probability by itself,
    /// sigmoid(z) over the sum of all classes' sigmoids.
    /// </summary>
    /// <param name="logits">One a class, finite.</param>
    public static double[] Probabilities(LossKind loss, ReadOnlySpan<float> logits) =>
        loss == LossKind.BinaryCrossEntropy ? NormalisedSigmoids(logits) : Softmax.Probabilities(logits);

    /// <summary>The loss of a sample, as <see cref="LossKind"/> has it.</summary>
    public static double Loss(LossKind loss, ReadOnlySpan<float> logits, int label) => loss switch
    {
        LossKind.CrossEntropy => Softmax.Loss(logits, label),
        LossKind.MeanSquaredError => SquaredError(Softmax.Probabilities(logits), label),
        LossKind.BinaryCrossEntropy => BinaryCrossEntropy(logits, label),
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "There is no such loss."),
    };

    private static double SquaredError(double[] probabilities, int label)
    {
        double sum = 0;
        for (int k = 0; k < probabilities.Length; k++)
        {
            double difference = probabilities[k] - (k == label ? 1 : 0);
            sum += difference * difference;
        }

        return sum / probabilities.Length;
    }

    private static double BinaryCrossEntropy(ReadOnlySpan<float> logits, int label)
    {
        double sum = -logits[label];
        foreach (float logit in logits)
        {
            sum += SoftPlus(logit);
        }

        return sum / logits.Length;
    }

    /// <summary>By their logarithms, so that it holds where all of them are too small for a number.</summary>
    private static double[] NormalisedSigmoids(ReadOnlySpan<float> logits)
    {
        double[] probabilities = new double[logits.Length];
        double most = -SoftPlus(-logits[Softmax.Largest(logits)]);
        double sum = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            probabilities[k] = Math.Exp(-SoftPlus(-logits[k]) - most);
            sum += probabilities[k];
        }

        for (int k = 0; k < logits.Length; k++)
        {
            probabilities[k] /= sum;
        }

        return probabilities;
    }

    /// <summary>log(1 + e^x), without overflow.</summary>
    private static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
