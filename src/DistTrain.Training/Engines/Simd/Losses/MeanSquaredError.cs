using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>
/// 1/K sum (p - t)^2 with p = softmax(z). Its gradient is 2/K p (d - sum p d) with d = p - t, by softmax's derivative p_i (1 if i = j, else 0) - p_i p_j.
/// </summary>
internal readonly unsafe struct MeanSquaredError : ILoss
{
    /// <summary>Leaves softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Begin<TLanes>(float* logits, int classes, TLanes most, float* gradient)
        where TLanes : struct, ILanes<TLanes> => SoftmaxColumns.Write(logits, classes, most, gradient);

    public static double Finish(float* logits, int classes, int label, float most, float begun, float* gradient)
    {
        // What the label's probability lacks, from the others': 1 - p would lose its digits where p is nearly 1.
        double missing = 0;
        double squares = 0;
        for (int k = 0; k < classes; k++)
        {
            double p = k == label ? 0 : gradient[(nint)k * Chunk.Samples];
            missing += p;
            squares += p * p;
        }

        double mean = squares - (gradient[(nint)label * Chunk.Samples] * missing);
        for (int k = 0; k < classes; k++)
        {
            double p = gradient[(nint)k * Chunk.Samples];
            gradient[(nint)k * Chunk.Samples] = (float)(2.0 / classes * p * ((k == label ? -missing : p) - mean));
        }

        return (squares + (missing * missing)) / classes;
    }
}
