namespace DistTrain.Training.Optimizers;

/// <summary>
/// Which vectors an optimizer keeps from one update to the next, each as long as the weights. They are part of the state: they
/// travel with the weights, and a checkpoint has them.
/// </summary>
[Flags]
public enum Moments
{
    None = 0,

    /// <summary>A running sum or mean of gradients: Adam's m (<c>exp_avg</c>), the buffer of momentum (<c>momentum_buffer</c>).</summary>
    First = 1,

    /// <summary>A running mean of squared gradients: Adam's v (<c>exp_avg_sq</c>), RMSprop's (<c>square_avg</c>).</summary>
    Second = 2,

    Both = First | Second,
}
