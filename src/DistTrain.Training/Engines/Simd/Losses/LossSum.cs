using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>The sum of a loss over a chunk's samples, and its gradient.</summary>
/// <param name="logits">[class][sample].</param>
/// <param name="batch">Holds the chunk's samples, and what their outputs are compared with.</param>
/// <param name="gradient">Of the logits, overwritten; zeros for samples beyond the chunk's.</param>
/// <param name="correct">Samples whose first largest logit is the label's.</param>
/// <returns>NaN if a logit is not finite.</returns>
internal unsafe delegate double ChunkLoss(float* logits, int classes, Chunk chunk, Batch batch, float* gradient, out int correct);

/// <summary>What all losses have in common: the largest logits, labels, counting, and the sum, in double.</summary>
internal static unsafe class LossSum
{
    /// <inheritdoc cref="ChunkLoss"/>
    public static double Of<TLanes, TLoss>(float* logits, int classes, Chunk chunk, Batch batch, float* gradient, out int correct)
        where TLanes : struct, ILanes<TLanes>
        where TLoss : struct, ILoss
    {
        float* largest = stackalloc float[Chunk.Samples];
        float* which = stackalloc float[Chunk.Samples];
        float* begun = stackalloc float[Chunk.Samples];
        float* notes = stackalloc float[Chunk.Samples];
        for (int s = 0; s < chunk.Live; s += TLanes.Count)
        {
            Begin<TLanes, TLoss>(logits + s, classes, gradient + s, largest + s, which + s, begun + s, notes + s);
        }

        ReadOnlySpan<long> labels = batch.Labels.Slice(chunk.Start, chunk.Count);
        double loss = 0;
        correct = 0;
        for (int s = 0; s < chunk.Count; s++)
        {
            int label = checked((int)labels[s]);
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(batch), label, $"The model has {classes} classes.");
            }

            loss += TLoss.Finish(logits + s, classes, label, largest[s], begun[s], gradient + s) + notes[s];
            correct += (int)which[s] == label ? 1 : 0;
        }

        for (int k = 0; k < classes; k++)
        {
            new Span<float>(gradient + ((nint)k * Chunk.Samples), Chunk.Samples)[chunk.Count..].Clear();
        }

        return loss;
    }

    /// <param name="which">The first class with the largest logit.</param>
    /// <param name="notes">0, or NaN where a logit is not finite: the loss itself may not show it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Begin<TLanes, TLoss>(float* logits, int classes, float* gradient, float* largest, float* which, float* begun, float* notes)
        where TLanes : struct, ILanes<TLanes>
        where TLoss : struct, ILoss
    {
        TLanes zero = TLanes.Of(0f);
        TLanes most = TLanes.Load(logits);
        TLanes first = zero;
        TLanes note = most * zero;
        for (int k = 1; k < classes; k++)
        {
            TLanes z = TLanes.Load(logits + ((nint)k * Chunk.Samples));
            TLanes larger = z > most;
            most = TLanes.Select(larger, z, most);
            first = TLanes.Select(larger, TLanes.Of(k), first);
            note = TLanes.MultiplyAdd(z, zero, note);
        }

        most.Store(largest);
        first.Store(which);
        note.Store(notes);
        TLoss.Begin(logits, classes, most, gradient).Store(begun);
    }
}
