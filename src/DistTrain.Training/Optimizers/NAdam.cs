using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adam with Nesterov's momentum (Dozat, "Incorporating Nesterov momentum into Adam", 2016) as <c>torch.optim.NAdam</c>, with its
/// momentum that grows (<see cref="MomentumWarmup"/>); with <see cref="Penalties.WeightDecay"/>, that of <c>decoupled_weight_decay</c>.
/// Rounds as <see cref="Adam"/> does.
/// </summary>
public sealed class NAdam : IOptimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly Penalties penalties;
    private readonly int lanes;
    private readonly MomentumWarmup momentum;
    private NAdamScalars scalars;
    private GradientScalars gradient;

    /// <param name="beta1">Decay of the first moment, 0 to below 1.</param>
    /// <param name="beta2">Decay of the second moment, 0 to below 1.</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    /// <param name="penalties">Null for none.</param>
    public NAdam(double beta1, double beta2, double epsilon, Penalties? penalties = null)
        : this(beta1, beta2, epsilon, VectorWidth.Best, penalties)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal NAdam(double beta1, double beta2, double epsilon, int lanes, Penalties? penalties = null)
    {
        this.beta1 = beta1 is >= 0 and < 1 ? beta1 : throw new ArgumentOutOfRangeException(nameof(beta1));
        this.beta2 = beta2 is >= 0 and < 1 ? beta2 : throw new ArgumentOutOfRangeException(nameof(beta2));
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon));
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
        momentum = new MomentumWarmup(beta1);
    }

    public Moments Moments => Moments.Both;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        double now = momentum.At(update);
        double next = momentum.At(update + 1);
        double product = momentum.ProductUpTo(update);
        scalars = new NAdamScalars(
            Keep1: (float)beta1,
            Add1: (float)(1 - beta1),
            Keep2: (float)beta2,
            Add2: (float)(1 - beta2),
            GradientStep: (float)(learningRate * (1 - now) / (1 - product)),
            MomentStep: (float)(learningRate * next / (1 - (product * next))),
            Correction2: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, update))),
            Epsilon: (float)epsilon);
    }

    public void Apply(in UpdateBlock block) => ElementwiseUpdate.Run(scalars, gradient, lanes, block);
}
