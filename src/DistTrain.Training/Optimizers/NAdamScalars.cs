namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one of NAdam's updates.</summary>
/// <param name="Keep1">beta1.</param>
/// <param name="Add1">1 - beta1.</param>
/// <param name="Keep2">beta2.</param>
/// <param name="Add2">1 - beta2.</param>
/// <param name="GradientStep">Learning rate x (1 - mu(t)) / (1 - mu(1) ... mu(t)), of the gradient itself.</param>
/// <param name="MomentStep">Learning rate x mu(t + 1) / (1 - mu(1) ... mu(t + 1)), of the first moment.</param>
/// <param name="Correction2">1 / sqrt(1 - beta2^t).</param>
internal readonly record struct NAdamScalars(
    float Keep1,
    float Add1,
    float Keep2,
    float Add2,
    float GradientStep,
    float MomentStep,
    float Correction2,
    float Epsilon) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, NAdamRule<TLanes>>(gradient, new NAdamRule<TLanes>(this), block);
}
