namespace DistTrain.Node.Comparing;

/// <summary>How LeNet-5 is trained on one data set, and what an article reports for it.</summary>
/// <param name="LearningRate">The peak of the one-cycle schedule.</param>
/// <param name="Published">Test accuracy, from 0 to 1.</param>
internal sealed record Recipe(string Variant, string Dataset, int BatchSize, double LearningRate, double Published);
