namespace DistTrain.Training.Engines;

/// <summary>The loss of a batch is infinite or not a number: training diverged, and no later step can mend it.</summary>
public sealed class NonFiniteLossException(double lossSum, int samples)
    : Exception($"the loss over {samples} samples is {lossSum}: training has diverged; lower --lr, or resume from an earlier checkpoint")
{
    public double LossSum { get; } = lossSum;
}
