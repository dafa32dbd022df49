using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015, algorithm 1) in the form of <c>torch.optim.Adam</c>, without weight decay. Scalars are
/// computed in double; each element then goes through the same sequence of single-precision operations, none of them fused, in vectors of
/// any width, so its bits depend on nothing but its own inputs.
/// </summary>
public sealed class Adam : IOptimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly int lanes;
    private AdamScalars scalars;

    /// <param name="beta1">Decay of the first moment, 0 to below 1.</param>
    /// <param name="beta2">Decay of the second moment, 0 to below 1.</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    public Adam(double beta1, double beta2, double epsilon)
        : this(beta1, beta2, epsilon, VectorWidth.Best)
    {
    }

    /// <param name="lanes">Of the vectors: 4, 8 or 16.</param>
    internal Adam(double beta1, double beta2, double epsilon, int lanes)
    {
        this.beta1 = beta1 is >= 0 and < 1 ? beta1 : throw new ArgumentOutOfRangeException(nameof(beta1));
        this.beta2 = beta2 is >= 0 and < 1 ? beta2 : throw new ArgumentOutOfRangeException(nameof(beta2));
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon));
        this.lanes = lanes is 4 or 8 or 16 ? lanes : throw new ArgumentOutOfRangeException(nameof(lanes));
    }

    public void Begin(long update, double learningRate, long sampleCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        scalars = new AdamScalars(
            Mean: (float)(1.0 / sampleCount),
            Keep1: (float)beta1,
            Add1: (float)(1 - beta1),
            Keep2: (float)beta2,
            Add2: (float)(1 - beta2),
            StepSize: (float)(learningRate / (1 - Math.Pow(beta1, update))),
            Correction2: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, update))),
            Epsilon: (float)epsilon);
    }

    public void Apply(in UpdateBlock block)
    {
        switch (lanes)
        {
            case 16:
                ElementwiseUpdate.Run<SixteenLanes, AdamRule<SixteenLanes>>(new AdamRule<SixteenLanes>(scalars), block);
                break;
            case 8:
                ElementwiseUpdate.Run<EightLanes, AdamRule<EightLanes>>(new AdamRule<EightLanes>(scalars), block);
                break;
            default:
                ElementwiseUpdate.Run<FourLanes, AdamRule<FourLanes>>(new AdamRule<FourLanes>(scalars), block);
                break;
        }
    }
}
