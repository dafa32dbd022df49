using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015, algorithm 1) in the form of <c>torch.optim.Adam</c>, without weight decay. Scalars are
/// computed in double; each element then goes through the same sequence of single-precision operations, none of them fused, whether in a
/// vector or alone, so its bits depend on nothing but its own inputs.
/// </summary>
public sealed class Adam : IOptimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;

    /// <param name="beta1">Decay of the first moment, 0 to below 1.</param>
    /// <param name="beta2">Decay of the second moment, 0 to below 1.</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    public Adam(double beta1, double beta2, double epsilon)
    {
        this.beta1 = beta1 is >= 0 and < 1 ? beta1 : throw new ArgumentOutOfRangeException(nameof(beta1));
        this.beta2 = beta2 is >= 0 and < 1 ? beta2 : throw new ArgumentOutOfRangeException(nameof(beta2));
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon));
    }

    public void Apply(
        long update,
        double learningRate,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> gradientSum,
        long sampleCount,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> updated)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        int length = weights.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradientSum.Length, length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstMoment.Length, length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondMoment.Length, length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(updated.Length, length);

        var scalars = new Scalars(
            Mean: (float)(1.0 / sampleCount),
            Keep1: (float)beta1,
            Add1: (float)(1 - beta1),
            Keep2: (float)beta2,
            Add2: (float)(1 - beta2),
            StepSize: (float)(learningRate / (1 - Math.Pow(beta1, update))),
            Correction2: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, update))),
            Epsilon: (float)epsilon);
        int done = ApplyVectors(scalars, weights, gradientSum, firstMoment, secondMoment, updated);
        for (int i = done; i < length; i++)
        {
            // Rounded after every operation: ApplyVectors does the very same, in the same order.
            float gradient = gradientSum[i] * scalars.Mean;
            float first = (firstMoment[i] * scalars.Keep1) + (gradient * scalars.Add1);
            float second = (secondMoment[i] * scalars.Keep2) + (gradient * gradient * scalars.Add2);
            float denominator = (MathF.Sqrt(second) * scalars.Correction2) + scalars.Epsilon;
            firstMoment[i] = first;
            secondMoment[i] = second;
            updated[i] = weights[i] - (first * scalars.StepSize / denominator);
        }
    }

    /// <summary>Updates whole vectors, and returns how many elements that were.</summary>
    private static int ApplyVectors(
        Scalars scalars,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> gradientSum,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> updated)
    {
        ref float weight = ref MemoryMarshal.GetReference(weights);
        ref float sum = ref MemoryMarshal.GetReference(gradientSum);
        ref float moment1 = ref MemoryMarshal.GetReference(firstMoment);
        ref float moment2 = ref MemoryMarshal.GetReference(secondMoment);
        ref float result = ref MemoryMarshal.GetReference(updated);
        int end = weights.Length - (weights.Length % Vector512<float>.Count);
        for (nuint i = 0; i < (nuint)end; i += (nuint)Vector512<float>.Count)
        {
            Vector512<float> gradient = Vector512.LoadUnsafe(ref sum, i) * scalars.Mean;
            Vector512<float> first = (Vector512.LoadUnsafe(ref moment1, i) * scalars.Keep1) + (gradient * scalars.Add1);
            Vector512<float> second = (Vector512.LoadUnsafe(ref moment2, i) * scalars.Keep2) + (gradient * gradient * scalars.Add2);
            Vector512<float> denominator = (Vector512.Sqrt(second) * scalars.Correction2) + Vector512.Create(scalars.Epsilon);
            first.StoreUnsafe(ref moment1, i);
            second.StoreUnsafe(ref moment2, i);
            (Vector512.LoadUnsafe(ref weight, i) - (first * scalars.StepSize / denominator)).StoreUnsafe(ref result, i);
        }

        return end;
    }

    /// <param name="Mean">1 / samples.</param>
    /// <param name="Correction2">1 / sqrt(1 - beta2^t).</param>
    private readonly record struct Scalars(
        float Mean,
        float Keep1,
        float Add1,
        float Keep2,
        float Add2,
        float StepSize,
        float Correction2,
        float Epsilon);
}
