namespace DistTrain.Training.Optimizers;

/// <summary>
/// The sum of the squares of a stretch of a vector: node i of level l of a <see cref="NormTree"/> covers its lines from i 2^l up to (i + 1) 2^l, as far as there are
/// any.
/// </summary>
public readonly record struct NormNode(int Level, int Index, double Sum);
