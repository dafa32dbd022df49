using System.Runtime.InteropServices;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Units of a layer that pass a gradient back for at least one sample of a chunk. Behind ReLU there are others, an eighth to a third of LeNet-5's in training: what they would be multiplied
/// by is left out of matrix products, whose sums zeros do not change.
/// </summary>
/// <remarks>But for the sign of a sum that is zero: -0, to which a negative product underflowed, would become 0 with the next zero that is added.</remarks>
internal sealed unsafe class LiveUnits(int units)
{
    private readonly AlignedFloats numbers = new(units);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Their numbers, in ascending order; null if they are all.</summary>
    public int* Listed => Count == units ? null : Numbers;

    private int* Numbers => (int*)numbers.First;

    /// <summary>The number of the i-th.</summary>
    public int Number(int i) => Numbers[i];

    /// <summary>Finds them, and moves their gradients up, one behind the other.</summary>
    /// <param name="gradients">[unit][sample], rows of <see cref="Chunk.Samples"/>. NaN is not zero.</param>
    public void Gather(float* gradients, Chunk chunk)
    {
        Count = 0;
        float* to = gradients;
        for (int unit = 0; unit < units; unit++, gradients += Chunk.Samples)
        {
            var row = new ReadOnlySpan<float>(gradients, Chunk.Samples);

            // As integers: any bit makes a unit live, and whole vectors are compared.
            if (!MemoryMarshal.Cast<float, int>(row[..chunk.Live]).ContainsAnyExcept(0))
            {
                continue;
            }

            if (to != gradients)
            {
                row.CopyTo(new Span<float>(to, Chunk.Samples));
            }

            Numbers[Count++] = unit;
            to += Chunk.Samples;
        }
    }

    /// <summary>Sets rows of the other units to zeros.</summary>
    /// <param name="rows">[unit], each of so many floats.</param>
    public void ClearOthers(float* rows, int length)
    {
        int next = 0;
        for (int unit = 0; unit < units; unit++, rows += length)
        {
            if (next < Count && Numbers[next] == unit)
            {
                next++;
                continue;
            }

            new Span<float>(rows, length).Clear();
        }
    }
}
