using DistTrain.Training.Scores;

namespace DistTrain.Node.Commands;

/// <summary>How well the weights of a checkpoint do on a test set.</summary>
/// <param name="Checkpoint">File that was read.</param>
/// <param name="Step">Updates that had been applied when it was written.</param>
/// <param name="Accuracy">Share classified correctly, 0 to 1; null for a network that does not classify, as is <paramref name="Macro"/>.</param>
/// <param name="Loss">That which the model was trained by, the mean over the samples.</param>
/// <param name="WeightsSha256">As in the run's summary.</param>
/// <param name="Classes">One a class, in their order.</param>
/// <param name="Confusion">[true class][predicted class].</param>
/// <param name="WorstMistakes">Largest loss first.</param>
/// <param name="Files">Pictures that were written.</param>
/// <param name="MeanSquaredError">Of an autoencoder: over the pixels, which go from 0 to 1, and the samples.</param>
public sealed record Evaluation(
    string Checkpoint,
    string Dataset,
    string Model,
    string Variant,
    long Step,
    int Samples,
    double? Accuracy,
    double Loss,
    string WeightsSha256,
    MacroScore? Macro,
    IReadOnlyList<ClassScore> Classes,
    IReadOnlyList<IReadOnlyList<int>> Confusion,
    IReadOnlyList<Mistake> WorstMistakes,
    IReadOnlyList<string> Files,
    double? MeanSquaredError = null)
{
    /// <summary>A name for each class of the data set; empty if they have only numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];
}
