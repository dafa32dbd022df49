using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>An optimizer's scalars of one update, which know the rule that they are for.</summary>
internal interface IUpdateScalars
{
    /// <summary>Runs that rule over a block.</summary>
    void Run<TLanes, TGradient>(TGradient gradient, in UpdateBlock block)
        where TLanes : struct, ILanes<TLanes>
        where TGradient : struct, IGradientRule<TLanes>;
}
