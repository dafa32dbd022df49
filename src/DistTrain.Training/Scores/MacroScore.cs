namespace DistTrain.Training.Scores;

/// <summary>Means over the classes that occur, be it in the truth or among the predictions, each class counting the same.</summary>
public sealed record MacroScore(double Precision, double Recall, double F1);
