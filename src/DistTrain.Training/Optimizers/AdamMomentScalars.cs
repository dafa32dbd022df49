namespace DistTrain.Training.Optimizers;

/// <summary>What an update does with the moments of <see cref="Adam"/> and <see cref="NAdam"/>, the same for every element.</summary>
/// <param name="Keep1">beta1.</param>
/// <param name="Add1">1 - beta1.</param>
/// <param name="Keep2">beta2.</param>
/// <param name="Add2">1 - beta2.</param>
/// <param name="Correction2">1 / sqrt(1 - beta2^t).</param>
internal readonly record struct AdamMomentScalars(float Keep1, float Add1, float Keep2, float Add2, float Correction2, float Epsilon);
