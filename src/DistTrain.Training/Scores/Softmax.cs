namespace DistTrain.Training.Scores;

/// <summary>Probabilities and losses of single samples, in double precision.</summary>
public static class Softmax
{
    /// <summary>exp(z_k) / sum exp(z), without overflow.</summary>
    /// <param name="logits">One a class, finite.</param>
    public static double[] Probabilities(ReadOnlySpan<float> logits)
    {
        double logSum = LogSumExp(logits);
        double[] probabilities = new double[logits.Length];
        for (int k = 0; k < logits.Length; k++)
        {
            probabilities[k] = Math.Exp(logits[k] - logSum);
        }

        return probabilities;
    }

    /// <summary>Cross-entropy, -log of the class's probability.</summary>
    public static double Loss(ReadOnlySpan<float> logits, int label) => LogSumExp(logits) - logits[label];

    /// <summary>The first class with the largest logit, as engines count what is correct.</summary>
    public static int Largest(ReadOnlySpan<float> logits)
    {
        int largest = 0;
        for (int k = 1; k < logits.Length; k++)
        {
            largest = logits[k] > logits[largest] ? k : largest;
        }

        return largest;
    }

    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double most = logits[Largest(logits)];
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - most);
        }

        return most + Math.Log(sum);
    }
}
