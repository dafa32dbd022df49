using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>Softmax of the columns of [class][sample], for a vector of samples.</summary>
internal static unsafe class SoftmaxColumns
{
    /// <param name="most">The largest logit of each sample: no exponential overflows.</param>
    /// <param name="shares">Overwritten; laid out like the logits.</param>
    /// <returns>The sum of e^(z - most) over the classes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Write<TLanes>(float* logits, int classes, TLanes most, float* shares)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Of(0f);
        for (int k = 0; k < classes; k++)
        {
            TLanes power = Exponential.Of(TLanes.Load(logits + ((nint)k * Chunk.Samples)) - most);
            sum += power;
            power.Store(shares + ((nint)k * Chunk.Samples));
        }

        TLanes inverse = TLanes.Of(1f) / sum;
        for (int k = 0; k < classes; k++)
        {
            float* share = shares + ((nint)k * Chunk.Samples);
            (TLanes.Load(share) * inverse).Store(share);
        }

        return sum;
    }
}
