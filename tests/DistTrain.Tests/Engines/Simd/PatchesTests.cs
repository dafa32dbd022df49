using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>What processors with thirty-two registers do here gives the bits of what the others do.</summary>
public sealed unsafe class PatchesTests
{
    private const int Width = 14;
    private const int Pixels = Width * Width;
    private const int Row = Width * Patches.Channels;

    private readonly Random random = new(7);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void All_weights_at_once_get_the_bits_of_halves_of_them(int count)
    {
        AlignedFloats image = Numbers(Pixels * Patches.Channels);
        AlignedFloats gradients = Numbers(Math.Max(1, count));
        AlignedFloats halves = Numbers(25 * Patches.Channels);
        AlignedFloats whole = Copy(halves);
        float[] expected = halves.Values.ToArray();
        fixed (int* offsets = Offsets(count))
        {
            Patches.AddToWeights(image.First, Row, offsets, gradients.First, count, halves.First);
            Patches.AddToWeightsAtOnce(image.First, Row, offsets, gradients.First, count, whole.First);
            for (int i = 0; i < count; i++)
            {
                for (int tap = 0; tap < expected.Length; tap++)
                {
                    int pixel = offsets[i] + (tap / (5 * Patches.Channels) * Row) + (tap % (5 * Patches.Channels));
                    expected[tap] = MathF.FusedMultiplyAdd(gradients.First[i], image.First[pixel], expected[tap]);
                }
            }
        }

        Assert.Equal(expected, halves.Values.ToArray());
        Assert.Equal(expected, whole.Values.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Images_get_the_same_bits_from_weights_in_memory_and_in_registers(int count)
    {
        AlignedFloats weights = Numbers(25 * Patches.Channels);
        AlignedFloats gradients = Numbers(Math.Max(1, count));
        AlignedFloats memory = Numbers(Pixels * Patches.Channels);
        AlignedFloats registers = Copy(memory);
        float[] expected = memory.Values.ToArray();
        fixed (int* offsets = Offsets(count))
        {
            Patches.AddToImage(memory.First, Row, offsets, gradients.First, count, weights.First);
            Patches.AddToImageFromRegisters(registers.First, Row, offsets, gradients.First, count, weights.First);
            for (int i = 0; i < count; i++)
            {
                for (int tap = 0; tap < 25 * Patches.Channels; tap++)
                {
                    ref float pixel = ref expected[offsets[i] + (tap / (5 * Patches.Channels) * Row) + (tap % (5 * Patches.Channels))];
                    pixel = MathF.FusedMultiplyAdd(gradients.First[i], weights.First[tap], pixel);
                }
            }
        }

        Assert.Equal(expected, memory.Values.ToArray());
        Assert.Equal(expected, registers.Values.ToArray());
    }

    /// <summary>Of patches that lie within the image, and overlap. One more than asked for, so that there is an address.</summary>
    private int[] Offsets(int count) =>
        [.. Enumerable.Range(0, count + 1).Select(_ => ((random.Next(Width - 4) * Width) + random.Next(Width - 4)) * Patches.Channels)];

    private AlignedFloats Numbers(int length)
    {
        var numbers = new AlignedFloats(length);
        foreach (ref float number in numbers.Values)
        {
            number = (random.NextSingle() * 2) - 1;
        }

        return numbers;
    }

    private static AlignedFloats Copy(AlignedFloats of)
    {
        var copy = new AlignedFloats(of.Length);
        of.Values.CopyTo(copy.Values);
        return copy;
    }
}
