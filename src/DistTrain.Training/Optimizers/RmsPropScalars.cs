namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one of RMSprop's updates.</summary>
/// <param name="Keep">alpha.</param>
/// <param name="Add">1 - alpha.</param>
internal readonly record struct RmsPropScalars(float Keep, float Add, float LearningRate, float Epsilon) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, RmsPropRule<TLanes>>(gradient, new RmsPropRule<TLanes>(this), block);
}
