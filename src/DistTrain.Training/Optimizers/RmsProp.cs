using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// RMSprop (Tieleman and Hinton, "Lecture 6.5: rmsprop", 2012) as <c>torch.optim.RMSprop</c>, with epsilon outside the square root, without
/// momentum and not centred. Rounds as <see cref="Adam"/> does.
/// </summary>
public sealed class RmsProp : IOptimizer
{
    private readonly double alpha;
    private readonly double epsilon;
    private readonly Penalties penalties;
    private readonly int lanes;
    private RmsPropScalars scalars;
    private GradientScalars gradient;

    /// <param name="alpha">What the mean of the squares keeps of itself, 0 to below 1.</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    /// <param name="penalties">Null for none.</param>
    public RmsProp(double alpha, double epsilon, Penalties? penalties = null)
        : this(alpha, epsilon, VectorWidth.Best, penalties)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal RmsProp(double alpha, double epsilon, int lanes, Penalties? penalties = null)
    {
        this.alpha = alpha is >= 0 and < 1 ? alpha : throw new ArgumentOutOfRangeException(nameof(alpha));
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon));
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
    }

    public Moments Moments => Moments.Second;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        scalars = new RmsPropScalars((float)alpha, (float)(1 - alpha), (float)learningRate, (float)epsilon);
    }

    public void Apply(in UpdateBlock block) => ElementwiseUpdate.Run(scalars, gradient, lanes, block);
}
