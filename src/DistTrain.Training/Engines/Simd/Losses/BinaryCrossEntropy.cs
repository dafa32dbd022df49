using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Losses;

/// <summary>1/K sum log(1 + e^z) - t z, whose gradient is 1/K (sigmoid(z) - t). All of it by e^-|z|, which does not overflow.</summary>
internal readonly unsafe struct BinaryCrossEntropy : ILoss
{
    /// <summary>Leaves e^-|z|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Begin<TLanes>(float* logits, int classes, TLanes most, float* gradient)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Of(0f);
        for (int k = 0; k < classes; k++)
        {
            TLanes z = TLanes.Load(logits + ((nint)k * Chunk.Samples));
            Exponential.Of(TLanes.Select(z < zero, z, zero - z)).Store(gradient + ((nint)k * Chunk.Samples));
        }

        return zero;
    }

    public static double Finish(float* logits, int classes, int label, float most, float begun, float* gradient)
    {
        double sum = 0;
        for (int k = 0; k < classes; k++)
        {
            float z = logits[(nint)k * Chunk.Samples];
            double power = gradient[(nint)k * Chunk.Samples];

            // Of sigmoid and 1 - sigmoid, the one on the side of z is the larger.
            double larger = 1 / (1 + power);
            double smaller = power * larger;
            bool isLabel = k == label;
            double slope = isLabel ? -(z < 0 ? larger : smaller) : (z < 0 ? smaller : larger);
            gradient[(nint)k * Chunk.Samples] = (float)(slope / classes);
            sum += Math.Log(1 + power) + ((z < 0) == isLabel ? Math.Abs((double)z) : 0);
        }

        return sum / classes;
    }
}
