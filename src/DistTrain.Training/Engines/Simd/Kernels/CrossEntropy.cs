using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Softmax and cross-entropy over the columns of [class][sample], with samples as lanes.</summary>
internal static unsafe class CrossEntropy
{
    /// <summary>Sum of the losses, log sum exp(z) - z of the label; exponentials of floats, all sums over samples in double.</summary>
    /// <param name="gradient">[class][sample], overwritten by softmax less one for the label, and zeros for samples beyond the chunk's; null if it is not wanted.</param>
    /// <param name="correct">Samples whose first largest logit is the label's.</param>
    public static double Sum<TLanes>(float* logits, int classes, Chunk chunk, ReadOnlySpan<long> labels, float* gradient, out int correct)
        where TLanes : struct, ILanes<TLanes>
    {
        float* largest = stackalloc float[Chunk.Samples];
        float* which = stackalloc float[Chunk.Samples];
        float* sums = stackalloc float[Chunk.Samples];
        for (int s = 0; s < chunk.Live; s += TLanes.Count)
        {
            Softmax<TLanes>(logits + s, classes, gradient == null ? null : gradient + s, largest + s, which + s, sums + s);
        }

        double loss = 0;
        correct = 0;
        for (int s = 0; s < chunk.Count; s++)
        {
            int label = checked((int)labels[s]);
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), label, $"The model has {classes} classes.");
            }

            loss += Math.Log(sums[s]) + ((double)largest[s] - logits[((nint)label * Chunk.Samples) + s]);
            correct += (int)which[s] == label ? 1 : 0;
            if (gradient != null)
            {
                gradient[((nint)label * Chunk.Samples) + s] -= 1f;
            }
        }

        if (gradient != null)
        {
            ClearRest(gradient, classes, chunk);
        }

        return loss;
    }

    private static void ClearRest(float* gradient, int classes, Chunk chunk)
    {
        for (int k = 0; k < classes; k++)
        {
            new Span<float>(gradient + ((nint)k * Chunk.Samples), Chunk.Samples)[chunk.Count..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax<TLanes>(float* logits, int classes, float* gradient, float* largest, float* which, float* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes most = TLanes.Load(logits);
        TLanes first = TLanes.Of(0f);
        for (int k = 1; k < classes; k++)
        {
            TLanes z = TLanes.Load(logits + ((nint)k * Chunk.Samples));
            TLanes larger = z > most;
            most = TLanes.Select(larger, z, most);
            first = TLanes.Select(larger, TLanes.Of(k), first);
        }

        TLanes sum = TLanes.Of(0f);
        for (int k = 0; k < classes; k++)
        {
            TLanes power = Exponential.Of(TLanes.Load(logits + ((nint)k * Chunk.Samples)) - most);
            sum += power;
            if (gradient != null)
            {
                power.Store(gradient + ((nint)k * Chunk.Samples));
            }
        }

        most.Store(largest);
        first.Store(which);
        sum.Store(sums);
        if (gradient == null)
        {
            return;
        }

        TLanes share = TLanes.Of(1f) / sum;
        for (int k = 0; k < classes; k++)
        {
            float* g = gradient + ((nint)k * Chunk.Samples);
            (TLanes.Load(g) * share).Store(g);
        }
    }
}
