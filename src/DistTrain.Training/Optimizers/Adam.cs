using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015, algorithm 1) in the form of <c>torch.optim.Adam</c>; with <see cref="Penalties.WeightDecay"/>, that of
/// <c>torch.optim.AdamW</c>. Scalars are computed in double; each element then goes through the same sequence of single-precision
/// operations, none of them fused, in vectors of any width, so its bits depend on nothing but its own inputs.
/// </summary>
public sealed class Adam : IOptimizer
{
    private readonly AdamDecays decays;
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
        decays = new AdamDecays(beta1, beta2, epsilon);
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
    }

    public Moments Moments => Moments.Both;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        AdamMomentScalars moments = decays.At(update);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        scalars = new AdamScalars(moments, StepSize: (float)(learningRate / (1 - Math.Pow(decays.Beta1, update))));
    }

    public void Apply(in UpdateBlock block) => ElementwiseUpdate.Run(scalars, gradient, lanes, block);
}
