namespace DistTrain.Training.Engines;

/// <summary>The loss of a batch, or what it is made of, is infinite or not a number: training diverged, and no later step can mend it.</summary>
public sealed class NonFiniteLossException : Exception
{
    public NonFiniteLossException(double lossSum, int samples)
        : base($"the loss over {samples} samples is {lossSum}: {Advice}") => LossSum = lossSum;

    /// <param name="what">Such as <c>the weights</c>.</param>
    /// <param name="index">Within them.</param>
    /// <param name="value">NaN or an infinity.</param>
    public NonFiniteLossException(string what, int index, float value, int samples)
        : base($"{what} of a batch of {samples} samples hold {value} at {index}: {Advice}") => LossSum = double.NaN;

    public double LossSum { get; }

    private const string Advice = "training has diverged; lower --lr, or resume from an earlier checkpoint";
}
