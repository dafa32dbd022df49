namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one of Adam's updates.</summary>
/// <param name="StepSize">Learning rate / (1 - beta1^t).</param>
internal readonly record struct AdamScalars(AdamMomentScalars Moments, float StepSize) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, AdamRule<TLanes>>(gradient, new AdamRule<TLanes>(this), block);
}
