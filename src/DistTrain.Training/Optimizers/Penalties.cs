namespace DistTrain.Training.Optimizers;

/// <summary>
/// What keeps weights small, all weights and biases alike, as <c>torch.optim</c> does by default. None of it is in the losses that are shown.
/// </summary>
/// <param name="L1">The gradient gets L1 sign(w): that of the penalty L1 |w|.</param>
/// <param name="L2">The gradient gets L2 w: that of the penalty L2 w^2 / 2. <c>torch.optim</c> calls it <c>weight_decay</c>, except in AdamW.</param>
/// <param name="WeightDecay">
/// Decoupled (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019): w becomes w (1 - learning rate x decay) before the
/// update, and the moments see nothing of it.
/// </param>
public sealed record Penalties(double L1, double L2, double WeightDecay)
{
    public static readonly Penalties None = new(0, 0, 0);

    internal GradientScalars Scalars(double learningRate, long sampleCount, double clip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        return new GradientScalars(
            Mean: (float)(1.0 / sampleCount),
            Clip: (float)clip,
            L1: (float)L1,
            L2: (float)L2,
            Keep: (float)(1 - (learningRate * WeightDecay)));
    }
}
