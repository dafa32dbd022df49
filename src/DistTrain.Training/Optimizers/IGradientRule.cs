using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>What becomes of the sum of the gradients, and of the weight, before the update rule sees them. Rounds after every operation.</summary>
internal interface IGradientRule<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="gradientSum">Over the samples, not divided yet.</param>
    /// <param name="weight">The one that the gradient was computed at.</param>
    TLanes Gradient(TLanes gradientSum, TLanes weight);

    /// <summary>The weight that the update starts from.</summary>
    TLanes Decayed(TLanes weight);
}
