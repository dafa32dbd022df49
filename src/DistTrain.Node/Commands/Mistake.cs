namespace DistTrain.Node.Commands;

/// <summary>A test image that a model was wrong about.</summary>
/// <param name="Index">In the test set, from 0.</param>
/// <param name="Actual">Its class.</param>
/// <param name="Predicted">What it was taken for.</param>
/// <param name="Loss">That which the model was trained by.</param>
/// <param name="Probability">Of the predicted class.</param>
public sealed record Mistake(int Index, int Actual, int Predicted, double Loss, double Probability);
