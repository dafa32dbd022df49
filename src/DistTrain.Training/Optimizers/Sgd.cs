using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>Stochastic gradient descent, as <c>torch.optim.SGD</c> without momentum: w - learning rate x gradient. Rounds as <see cref="Adam"/> does.</summary>
public sealed class Sgd : IOptimizer
{
    private readonly Penalties penalties;
    private readonly int lanes;
    private SgdScalars scalars;
    private GradientScalars gradient;

    /// <param name="penalties">Null for none.</param>
    public Sgd(Penalties? penalties = null)
        : this(VectorWidth.Best, penalties)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal Sgd(int lanes, Penalties? penalties = null)
    {
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
    }

    public Moments Moments => Moments.None;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        scalars = new SgdScalars((float)learningRate);
    }

    public void Apply(in UpdateBlock block) => ElementwiseUpdate.Run(scalars, gradient, lanes, block);
}
