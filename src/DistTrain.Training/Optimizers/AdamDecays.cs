namespace DistTrain.Training.Optimizers;

/// <summary>What <see cref="Adam"/> and <see cref="NAdam"/> do with their moments, whichever step they make of them.</summary>
/// <param name="beta1">Decay of the first moment, 0 to below 1.</param>
/// <param name="beta2">Decay of the second moment, 0 to below 1.</param>
/// <param name="epsilon">Added to the denominator, above 0.</param>
internal sealed class AdamDecays(double beta1, double beta2, double epsilon)
{
    private readonly double beta2 = RequireDecay(beta2, nameof(beta2));
    private readonly double epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon));

    public double Beta1 { get; } = RequireDecay(beta1, nameof(beta1));

    /// <param name="update">From 1 on.</param>
    public AdamMomentScalars At(long update)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        return new AdamMomentScalars(
            Keep1: (float)Beta1,
            Add1: (float)(1 - Beta1),
            Keep2: (float)beta2,
            Add2: (float)(1 - beta2),
            Correction2: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, update))),
            Epsilon: (float)epsilon);
    }

    private static double RequireDecay(double decay, string name) => decay is >= 0 and < 1 ? decay : throw new ArgumentOutOfRangeException(name);
}
