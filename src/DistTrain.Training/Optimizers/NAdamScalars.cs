namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one of NAdam's updates.</summary>
/// <param name="GradientStep">Learning rate x (1 - mu(t)) / (1 - mu(1) ... mu(t)), of the gradient itself.</param>
/// <param name="MomentStep">Learning rate x mu(t + 1) / (1 - mu(1) ... mu(t + 1)), of the first moment.</param>
internal readonly record struct NAdamScalars(AdamMomentScalars Moments, float GradientStep, float MomentStep) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, NAdamRule<TLanes>>(gradient, new NAdamRule<TLanes>(this), block);
}
