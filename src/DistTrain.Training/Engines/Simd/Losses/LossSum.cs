using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>The loss of each of a chunk's samples, and its gradient.</summary>
/// <param name="logits">[class][sample].</param>
/// <param name="batch">Holds the chunk's samples, and what their outputs are compared with.</param>
/// <param name="gradient">Of the logits, overwritten; zeros for samples beyond the chunk's.</param>
/// <param name="losses">One a sample; NaN if a logit is not finite.</param>
/// <returns>How many samples' first largest logit is the label's.</returns>
internal unsafe delegate int ChunkLoss(float* logits, int classes, Chunk chunk, Batch batch, float* gradient, Span<double> losses);

/// <summary>What all losses have in common: the largest logits, labels and counting.</summary>
internal static unsafe class LossSum
{
    /// <inheritdoc cref="ChunkLoss"/>
    public static int Of<TLanes, TLoss>(float* logits, int classes, Chunk chunk, Batch batch, float* gradient, Span<double> losses)
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
        int correct = 0;
        for (int s = 0; s < chunk.Count; s++)
        {
            int label = checked((int)labels[s]);
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(batch), label, $"The model has {classes} classes.");
            }

            losses[s] = TLoss.Finish(logits + s, classes, label, largest[s], begun[s], gradient + s) + notes[s];
            correct += (int)which[s] == label ? 1 : 0;
        }

        for (int k = 0; k < classes; k++)
        {
            new Span<float>(gradient + ((nint)k * Chunk.Samples), Chunk.Samples)[chunk.Count..].Clear();
        }

        return correct;
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
