using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>A loss of one pixel's logit z and its target t, from 0 to 1, summed over the pixels by <see cref="PixelLossSum{TLanes, TLoss}"/>.</summary>
internal interface IPixelLoss
{
    /// <summary>Adds a pixel to what <see cref="Finish"/> takes, and gives the gradient of z.</summary>
    /// <param name="product">Begins with 1, and grows by factors of at most 2.</param>
    static abstract TLanes Add<TLanes>(TLanes z, TLanes t, ref TLanes sum, ref TLanes product)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>The loss of the pixels that were added.</summary>
    static abstract double Finish(float sum, float product);
}
