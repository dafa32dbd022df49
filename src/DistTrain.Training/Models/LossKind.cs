namespace DistTrain.Training.Models;

/// <summary>
/// What a network's outputs z are compared by, for each sample, with t: 1 for the label and 0 for all other classes. p is softmax(z), K the number of
/// classes. A batch's loss is the sum over its samples.
/// </summary>
public enum LossKind
{
    /// <summary>-log p of the label.</summary>
    CrossEntropy,

    /// <summary>1/K sum (p - t)^2, which apart from the 1/K is Brier's score (1950).</summary>
    MeanSquaredError,

    /// <summary>1/K sum log(1 + e^z) - t z: cross-entropy of each class by itself, whose probability is sigmoid(z).</summary>
    BinaryCrossEntropy,
}
