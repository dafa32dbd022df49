using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>log sum exp(z) - z of the label, whose gradient is softmax(z), less one for the label.</summary>
internal readonly unsafe struct CrossEntropy : ILoss
{
    /// <summary>Gives the sum of exponentials, and leaves softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Begin<TLanes>(float* logits, int classes, TLanes most, float* gradient)
        where TLanes : struct, ILanes<TLanes> => SoftmaxColumns.Write(logits, classes, most, gradient);

    public static double Finish(float* logits, int classes, int label, float most, float begun, float* gradient)
    {
        gradient[(nint)label * Chunk.Samples] -= 1f;
        return Math.Log(begun) + ((double)most - logits[(nint)label * Chunk.Samples]);
    }
}
