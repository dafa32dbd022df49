using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015, algorithm 1) in the form of <c>torch.optim.Adam</c>; with <see cref="Penalties.WeightDecay"/>, that of
/// <c>torch.optim.AdamW</c>. Scalars are computed in double; each element then goes through the same sequence of single-precision
/// operations, none of them fused, in vectors of any width, so its bits depend on nothing but its own inputs.
/// </summary>
public sealed class Adam : IOptimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly Penalties penalties;
    private readonly int lanes;
    private AdamScalars scalars;
    private GradientScalars gradient;

    /// <param name="beta1">Decay of the first moment, 0 to below 1.</param>
    /// <param name="beta2">Decay of the second moment, 0 to below 1.</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    /// <param name="penalties">Null for none.</param>
    public Adam(double beta1, double beta2, double epsilon, Penalties? penalties = null)
        : this(beta1, beta2, epsilon, VectorWidth.Best, penalties)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal Adam(double beta1, double beta2, double epsilon, int lanes, Penalties? penalties = null)
    {
        this.beta1 = beta1 is >= 0 and < 1 ? beta1 : throw new ArgumentOutOfRangeException(nameof(beta1));
        this.beta2 = beta2 is >= 0 and < 1 ? beta2 : throw new ArgumentOutOfRangeException(nameof(beta2));
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon));
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
    }

    public Moments Moments => Moments.Both;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        scalars = new AdamScalars(
            Keep1: (float)beta1,
            Add1: (float)(1 - beta1),
            Keep2: (float)beta2,
            Add2: (float)(1 - beta2),
            StepSize: (float)(learningRate / (1 - Math.Pow(beta1, update))),
            Correction2: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, update))),
            Epsilon: (float)epsilon);
    }

    public void Apply(in UpdateBlock block) => ElementwiseUpdate.Run(scalars, gradient, lanes, block);
}
