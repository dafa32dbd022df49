namespace DistTrain.Training.Scores;

/// <summary>How well one class is told from the others. A ratio with nothing below the line is 0.</summary>
/// <param name="Images">Of this class.</param>
/// <param name="Predicted">Images that were taken for this class.</param>
/// <param name="Precision">Of those taken for this class, the share that is of it.</param>
/// <param name="Recall">Of those of this class, the share taken for it.</param>
/// <param name="F1">Harmonic mean of the two.</param>
public sealed record ClassScore(int Class, int Images, int Predicted, double Precision, double Recall, double F1);
