namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one update with momentum.</summary>
/// <param name="Keep">The momentum.</param>
internal readonly record struct MomentumScalars(float Keep, float LearningRate) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, MomentumRule<TLanes>>(gradient, new MomentumRule<TLanes>(this), block);
}
