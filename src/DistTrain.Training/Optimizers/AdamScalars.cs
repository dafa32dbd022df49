namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one of Adam's updates.</summary>
/// <param name="Keep1">beta1.</param>
/// <param name="Add1">1 - beta1.</param>
/// <param name="Keep2">beta2.</param>
/// <param name="Add2">1 - beta2.</param>
/// <param name="StepSize">Learning rate / (1 - beta1^t).</param>
/// <param name="Correction2">1 / sqrt(1 - beta2^t).</param>
internal readonly record struct AdamScalars(
    float Keep1,
    float Add1,
    float Keep2,
    float Add2,
    float StepSize,
    float Correction2,
    float Epsilon) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, AdamRule<TLanes>>(gradient, new AdamRule<TLanes>(this), block);
}
