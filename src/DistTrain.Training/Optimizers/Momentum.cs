using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Gradient descent with momentum, as <c>torch.optim.SGD</c> with <c>momentum</c>, without dampening (Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", ICML 2013). The buffer starts at zero, so the first update's is its gradient, as PyTorch's is.
/// Rounds as <see cref="Adam"/> does.
/// </summary>
public sealed class Momentum : IOptimizer
{
    private readonly double momentum;
    private readonly bool nesterov;
    private readonly Penalties penalties;
    private readonly int lanes;
    private MomentumScalars scalars;
    private GradientScalars gradient;

    /// <param name="momentum">What the buffer keeps of itself, 0 to below 1.</param>
    /// <param name="nesterov">Whether the step looks ahead: gradient + momentum x buffer, instead of the buffer.</param>
    /// <param name="penalties">Null for none.</param>
    public Momentum(double momentum, bool nesterov, Penalties? penalties = null)
        : this(momentum, nesterov, VectorWidth.Best, penalties)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal Momentum(double momentum, bool nesterov, int lanes, Penalties? penalties = null)
    {
        this.momentum = momentum is >= 0 and < 1 ? momentum : throw new ArgumentOutOfRangeException(nameof(momentum));
        this.nesterov = nesterov;
        this.penalties = penalties ?? Penalties.None;
        this.lanes = ElementwiseUpdate.RequireLanes(lanes);
    }

    public Moments Moments => Moments.First;

    public void Begin(long update, double learningRate, long sampleCount, double clip = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        gradient = penalties.Scalars(learningRate, sampleCount, clip);
        scalars = new MomentumScalars((float)momentum, (float)learningRate);
    }

    public void Apply(in UpdateBlock block)
    {
        if (nesterov)
        {
            ElementwiseUpdate.Run(new NesterovScalars(scalars.Keep, scalars.LearningRate), gradient, lanes, block);
        }
        else
        {
            ElementwiseUpdate.Run(scalars, gradient, lanes, block);
        }
    }
}
