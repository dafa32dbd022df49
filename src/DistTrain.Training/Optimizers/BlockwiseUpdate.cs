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
    public const int BlockLength = 2048;

    [ThreadStatic]
    private static Memory<float> partialSum;

    /// <summary>Begins an update.</summary>
    /// <param name="update">Its number, from 1 on.</param>
    /// <param name="samples">Divides the sum of the gradients.</param>
    /// <param name="clip">Multiplies their mean.</param>
    public void Begin(long update, double learningRate, long samples, double clip = 1) => optimizer.Begin(update, learningRate, samples, clip);

    /// <summary>
    /// Updates the elements from <paramref name="start"/> up to, not including, <paramref name="end"/>. Several threads may each
    /// update others of them at once.
    /// </summary>
    /// <param name="gradients">Their sum over the samples; read only, nothing is added in place.</param>
    /// <param name="firstMoment">Read and replaced; empty if the optimizer has none.</param>
    /// <param name="secondMoment">Read and replaced; empty if the optimizer has none.</param>
    /// <param name="updated">Receives the weights after the update.</param>
    public void Apply(
        int start, int end, ReadOnlySpan<float> weights, PendingSum gradients, Span<float> firstMoment, Span<float> secondMoment, Span<float> updated)
    {
        for (; start < end; start += BlockLength)
        {
            int length = Math.Min(BlockLength, end - start);
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

    private static ReadOnlySpan<float> AllButLast(ReadOnlySpan<SharedBuffer> terms, int start, int length)
    {
        ReadOnlySpan<float> sum = terms[0].Values.Slice(start, length);
        for (int i = 1; i < terms.Length - 1; i++)
        {
            if (partialSum.IsEmpty)
            {
                partialSum = PinnedMemory.Allocate<float>(BlockLength);
            }

            Span<float> added = partialSum.Span[..length];
            TensorPrimitives.Add(sum, terms[i].Values.Slice(start, length), added);
            sum = added;
        }

        return sum;
    }
}
