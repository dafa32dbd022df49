using System.Numerics.Tensors;
using DistTrain.Training.Buffers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Adds what is left to add of the gradients and applies the optimizer, block by block: what was added is still in the cache
/// when it is used, and is written nowhere else. The same bits as adding whole vectors first.
/// </summary>
public sealed class BlockwiseUpdate(IOptimizer optimizer)
{
    /// <summary>Floats in a block: 8 kB, so that its sum stays in the smallest cache beside what streams through.</summary>
    private const int BlockLength = 2048;

    private readonly float[] partialSum = GC.AllocateUninitializedArray<float>(BlockLength, pinned: true);

    /// <param name="update">Number of this update, from 1 on.</param>
    /// <param name="gradients">Their sum over the samples; read only, nothing is added in place.</param>
    /// <param name="samples">Divides the sum.</param>
    /// <param name="firstMoment">Read and replaced; empty if the optimizer has none.</param>
    /// <param name="secondMoment">Read and replaced; empty if the optimizer has none.</param>
    /// <param name="updated">Receives the weights after the update.</param>
    /// <param name="clip">Multiplies the mean gradient.</param>
    public void Apply(
        long update,
        double learningRate,
        ReadOnlySpan<float> weights,
        PendingSum gradients,
        long samples,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> updated,
        double clip = 1)
    {
        optimizer.Begin(update, learningRate, samples, clip);
        for (int start = 0; start < weights.Length; start += BlockLength)
        {
            int length = Math.Min(BlockLength, weights.Length - start);
            optimizer.Apply(new UpdateBlock
            {
                Weights = weights.Slice(start, length),
                GradientSum = AllButLast(gradients.Terms, start, length),
                LastTerm = gradients.Terms.Length > 1 ? gradients.Terms[^1].Values.Slice(start, length) : default,
                FirstMoment = Part(firstMoment, start, length),
                SecondMoment = Part(secondMoment, start, length),
                Updated = updated.Slice(start, length),
            });
        }
    }

    private static Span<float> Part(Span<float> moment, int start, int length) => moment.IsEmpty ? moment : moment.Slice(start, length);

    private ReadOnlySpan<float> AllButLast(ReadOnlySpan<SharedBuffer> terms, int start, int length)
    {
        ReadOnlySpan<float> sum = terms[0].Values.Slice(start, length);
        for (int i = 1; i < terms.Length - 1; i++)
        {
            Span<float> added = partialSum.AsSpan(0, length);
            TensorPrimitives.Add(sum, terms[i].Values.Slice(start, length), added);
            sum = added;
        }

        return sum;
    }
}
