namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one update with Nesterov's momentum.</summary>
/// <param name="Keep">The momentum.</param>
internal readonly record struct NesterovScalars(float Keep, float LearningRate) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, NesterovRule<TLanes>>(gradient, new NesterovRule<TLanes>(this), block);
}
