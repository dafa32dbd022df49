using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Dropout for a chunk of samples, [unit][sample] like all values there. It writes its outputs elsewhere: the activation before it needs
/// its own values on the way back.
/// </summary>
internal sealed unsafe class DropoutStage<TLanes>(int units, DropoutMask mask)
    where TLanes : struct, ILanes<TLanes>
{
    private readonly AlignedFloats drawn = new(checked(units * Chunk.Samples));
    private readonly AlignedFloats factors = new(checked(units * Chunk.Samples));
    private readonly AlignedFloats output = new(checked(units * Chunk.Samples));

    /// <summary>units x samples.</summary>
    public float* Output => output.First;

    public void Forward(Chunk chunk, DropoutKey key, float* values)
    {
        for (int sample = 0; sample < chunk.Count; sample++)
        {
            mask.Draw(key, chunk.Start + sample, drawn.Values.Slice(sample * units, units));
        }

        // Samples beyond the chunk's keep older factors; their gradients are zeros all the same.
        Transposition.Copy(drawn.First, units, factors.First, Chunk.Samples, chunk.Count, units);
        Multiply(chunk, values, output.First);
    }

    /// <inheritdoc cref="LinearStage{TLanes, TActivation}.Keep"/>
    public void Keep(KeptSamples samples)
    {
        samples.MoveColumns(factors.First, units);
        samples.MoveColumns(output.First, units);
    }

    /// <summary>Turns the gradient of the outputs into that of the values, in place.</summary>
    public void Back(Chunk chunk, float* gradient) => Multiply(chunk, gradient, gradient);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(Chunk chunk, float* from, float* to)
    {
        for (nint unit = 0; unit < (nint)units * Chunk.Samples; unit += Chunk.Samples)
        {
            for (int s = 0; s < chunk.Live; s += TLanes.Count)
            {
                (TLanes.Load(from + unit + s) * TLanes.Load(factors.First + unit + s)).Store(to + unit + s);
            }
        }
    }
}
