namespace DistTrain.Training.Models;

/// <summary>
/// What a network's outputs z are compared by, for each sample, with t: 1 for the label and 0 for all other classes. p is softmax(z), K the number of
/// classes. A batch's loss is the sum over its samples. For a network that gives its input back, t are the pixels, from 0 to 1, K is their number, and
/// p is sigmoid(z).
/// </summary>
public enum LossKind
{
    /// <summary>-log p of the label. Not for pixels, which are no classes.</summary>
    CrossEntropy,

    /// <summary>1/K sum (p - t)^2, which apart from the 1/K is Brier's score (1950).</summary>
    MeanSquaredError,

    /// <summary>1/K sum log(1 + e^z) - t z: cross-entropy of each class by itself, whose probability is sigmoid(z).</summary>
    BinaryCrossEntropy,
}
