namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one update, before the optimizer's own rule.</summary>
/// <param name="Mean">1 / samples.</param>
/// <param name="Clip">Multiplies the mean.</param>
/// <param name="L1">Factor of the weight's sign.</param>
/// <param name="L2">Factor of the weight.</param>
/// <param name="Keep">1 - learning rate x decoupled weight decay.</param>
internal readonly record struct GradientScalars(float Mean, float Clip, float L1, float L2, float Keep)
{
    /// <summary>Whether nothing is done but to divide.</summary>
    public bool IsMeanAlone => this is { Clip: 1, L1: 0, L2: 0, Keep: 1 };
}
