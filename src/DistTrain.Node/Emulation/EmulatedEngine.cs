using System.Numerics.Tensors;
using DistTrain.Training.Engines;

namespace DistTrain.Node.Emulation;

/// <summary>
/// Computes no network's gradient, but takes its time: the thread sleeps, so that more workers than the machine has cores
/// can be studied. What it gives instead is the gradient of a loss that costs almost nothing, (1 + label) |w|^2 / 2 a sample:
/// the same bits whoever computes it, and others as soon as a sample or a weight is another one.
/// </summary>
/// <param name="parameterCount">Length of the flat parameter vector.</param>
/// <param name="duration">From the call of <see cref="ComputeGradient"/> to its return: the time of one shard's microbatch.</param>
/// <param name="sleep">Sleeps that long, as precisely as it can.</param>
internal sealed class EmulatedEngine(int parameterCount, TimeSpan duration, TimeProvider time, Action<TimeSpan> sleep) : IGradientEngine, ITakesBytes
{
    public string Name => "emulated";

    public int ParameterCount { get; } = parameterCount;

    /// <summary>It looks at labels alone: scaling pixels is part of what its sleep stands for.</summary>
    public bool TakesBytes(Batch batch) => true;

    /// <summary>Correct is 0: nothing is classified.</summary>
    public GradientResult ComputeGradient(ReadOnlySpan<float> weights, Batch batch, Span<float> gradientSum)
    {
        long began = time.GetTimestamp();
        long weight = WeightOf(batch);
        TensorPrimitives.Multiply(weights, weight, gradientSum);
        var result = new GradientResult(batch.Count, LossSum(weights, weight), 0);

        // Up to a deadline: what the lines above and a late beginning of the sleep cost is part of the duration.
        if (duration - time.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            sleep(left);
        }

        return result;
    }

    /// <summary>The same loss, at once.</summary>
    public GradientResult Evaluate(ReadOnlySpan<float> weights, Batch batch) => new(batch.Count, LossSum(weights, WeightOf(batch)), 0);

    public void Dispose()
    {
    }

    /// <summary>Sum of 1 + label, exact as a float.</summary>
    private static long WeightOf(Batch batch) => batch.Count + TensorPrimitives.Sum(batch.Labels);

    private static double LossSum(ReadOnlySpan<float> weights, long weight) => 0.5 * weight * TensorPrimitives.SumOfSquares(weights);
}
