namespace DistTrain.Training.Optimizers;

/// <summary>What is the same for every element of one update of plain descent.</summary>
internal readonly record struct SgdScalars(float LearningRate) : IUpdateScalars
{
    void IUpdateScalars.Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block) =>
        ElementwiseUpdate.Run<TLanes, TGradient, SgdRule<TLanes>>(gradient, new SgdRule<TLanes>(this), block);
}
