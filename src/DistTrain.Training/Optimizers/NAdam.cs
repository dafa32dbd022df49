using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adam with Nesterov's momentum (Dozat, "Incorporating Nesterov momentum into Adam", 2016) as <c>torch.optim.NAdam</c>, with its
/// momentum that grows (<see cref="MomentumWarmup"/>); with <see cref="Penalties.WeightDecay"/>, that of <c>decoupled_weight_decay</c>.
/// Rounds as <see cref="Adam"/> does.
/// </summary>
public sealed class NAdam : IOptimizer
{
    private readonly AdamDecays decays;
    private readonly Penalties penalties;
    private readonly int lanes;
    private readonly MomentumWarmup momentum;
    private NAdamScalars scalars;
    private GradientScalars gradient;

    /// <param name="beta1">Decay of the first moment, 0 to below 1.</param>
    /// <param name="beta2">Decay of the second moment, 0 to below 1.</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    /// <param name="momentumDecay">Of <see cref="MomentumWarmup"/>, at least 0.</param>
    /// <param name="penalties">Null for none.</param>
    public NAdam(double beta1, double beta2, double epsilon, double momentumDecay, Penalties? penalties = null)
        : this(beta1, beta2, epsilon, momentumDecay, VectorWidth.Best, penalties)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal NAdam(double beta1, double beta2, double epsilon, double momentumDecay, int lanes, Penalties? penalties = null)
    {
        decays = new AdamDecays(beta1, beta2, epsilon);
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
        momentum = new MomentumWarmup(beta1, momentumDecay);
    }

    public Moments Moments => Moments.Both;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        AdamMomentScalars moments = decays.At(update);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        double now = momentum.At(update);
        double next = momentum.At(update + 1);
        double product = momentum.ProductUpTo(update);
        scalars = new NAdamScalars(
            moments,
            GradientStep: (float)(learningRate * (1 - now) / (1 - product)),
            MomentStep: (float)(learningRate * next / (1 - (product * next))));
    }

    public void Apply(in UpdateBlock block) => ElementwiseUpdate.Run(scalars, gradient, lanes, block);
}
