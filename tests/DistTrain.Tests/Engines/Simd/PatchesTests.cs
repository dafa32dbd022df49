using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>One sample's way back through a convolution, with any share of gradients: plain loops over what is not zero give the same bits.</summary>
public sealed unsafe class PatchesTests
{
    private static readonly ConvolutionShape Shape = new(6, 16, 14, 14);
    private static readonly int Row = Shape.InputWidth * Patches.Channels;
    private static readonly int Windows = Shape.PooledHeight * Shape.PooledWidth;
    private static readonly int Filter = ConvolutionShape.Taps * Patches.Channels;

    private readonly Random random = new(7);

    /// <summary>Parts of the gradients that are not zero.</summary>
    public static TheoryData<double> Shares => new() { 0, 0.02, 0.5, 1 };

    [Theory]
    [MemberData(nameof(Shares))]
    public void Weights_get_the_bits_of_plain_loops(double share)
    {
        AlignedFloats image = Numbers(Shape.InputHeight * Row);
        (AlignedFloats gradients, AlignedFloats which, Survivors survivors) = Sample(share);
        AlignedFloats halves = Numbers(Shape.Outputs * Filter);
        AlignedFloats whole = Copy(halves);
        float[] expected = halves.Values.ToArray();
        for (int output = 0; output < Shape.Outputs; output++)
        {
            uint windows = survivors.Windows[output];
            int* patches = survivors.Patches + output;
            Patches.AddToWeights(image.First, Row, windows, patches, gradients.First + output, Shape.Outputs, halves.First + (output * Filter));
            Patches.AddToWeightsAtOnce(image.First, Row, windows, patches, gradients.First + output, Shape.Outputs, whole.First + (output * Filter));
            for (int window = 0; window < Windows; window++)
            {
                float g = gradients.First[(window * Shape.Outputs) + output];
                for (int i = 0; i < Filter && g != 0; i++)
                {
                    float pixel = image.First[Under(Place(window, which.First[(window * Shape.Outputs) + output]), i)];
                    expected[(output * Filter) + i] = MathF.FusedMultiplyAdd(g, pixel, expected[(output * Filter) + i]);
                }
            }
        }

        Assert.Equal(expected, halves.Values.ToArray());
        Assert.Equal(expected, whole.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shares))]
    public void Images_get_the_bits_of_plain_loops_in_one_part_and_in_two(double share)
    {
        AlignedFloats weights = Numbers(Shape.Outputs * Filter);
        (AlignedFloats gradients, AlignedFloats which, Survivors survivors) = Sample(share);
        AlignedFloats image = Numbers(Shape.InputHeight * Row);
        AlignedFloats parts = Copy(image);
        float[] expected = image.Values.ToArray();
        Patches.AddToImage(Shape, image.First, survivors.Outputs, gradients.First, weights.First);
        for (int place = 0; place < Shape.Height * Shape.Width; place++)
        {
            (int y, int x) = (place / Shape.Width, place % Shape.Width);
            int window = (y / 2 * Shape.PooledWidth) + (x / 2);
            if (x == 0)
            {
                float* pooled = gradients.First + (window * Shape.Outputs);
                uint* row = survivors.Outputs + place;
                Patches.AddToRows<Three<EightLanes>>(parts.First + (y * Row), Row, row, Shape.Width, pooled, Shape.Outputs, weights.First);
                Patches.AddToRows<Two<EightLanes>>(
                    parts.First + ((y + 3) * Row), Row, row, Shape.Width, pooled, Shape.Outputs, weights.First + (3 * 5 * Patches.Channels));
            }

            for (int output = 0; output < Shape.Outputs; output++)
            {
                int index = (window * Shape.Outputs) + output;
                bool here = Place(window, which.First[index]) == place;
                for (int i = 0; i < Filter && here && gradients.First[index] != 0; i++)
                {
                    ref float pixel = ref expected[Under(place, i)];
                    pixel = MathF.FusedMultiplyAdd(gradients.First[index], weights.First[(output * Filter) + i], pixel);
                }
            }
        }

        Assert.Equal(expected, image.Values.ToArray());
        Assert.Equal(expected, parts.Values.ToArray());
    }

    [Fact]
    public void Zeros_of_either_sign_are_left_out_and_NaN_is_not()
    {
        (AlignedFloats gradients, AlignedFloats which, Survivors survivors) = Sample(0);
        gradients.First[(3 * Shape.Outputs) + 9] = float.NaN;
        gradients.First[(24 * Shape.Outputs) + 9] = float.Epsilon;
        gradients.First[(4 * Shape.Outputs) + 2] = -0f;
        survivors.Find(gradients.First, which.First);
        Assert.Equal((1u << 3) | (1u << 24), survivors.Windows[9]);
        Assert.Equal(0u, survivors.Windows[2]);
        Assert.Equal(1u << 9, survivors.Outputs[Place(3, which.First[(3 * Shape.Outputs) + 9])]);
        Assert.Equal(1u << 9, survivors.Outputs[Place(24, which.First[(24 * Shape.Outputs) + 9])]);
    }

    /// <summary>The convolution's output, in row order, that was the largest of a window.</summary>
    private static int Place(int window, float which) =>
        (((2 * (window / Shape.PooledWidth)) + ((int)which / 2)) * Shape.Width) + (2 * (window % Shape.PooledWidth)) + ((int)which % 2);

    /// <summary>Index in the image of what a weight of 5 x 5 x channels meets for a place.</summary>
    private static int Under(int place, int weight) =>
        (((place / Shape.Width) + (weight / (5 * Patches.Channels))) * Row) + (place % Shape.Width * Patches.Channels) + (weight % (5 * Patches.Channels));

    private (AlignedFloats Gradients, AlignedFloats Which, Survivors Survivors) Sample(double share)
    {
        AlignedFloats gradients = Numbers(Shape.PooledSize);
        var which = new AlignedFloats(Shape.PooledSize);
        for (int i = 0; i < Shape.PooledSize; i++)
        {
            which.First[i] = random.Next(4);
            gradients.First[i] = random.NextDouble() < share ? gradients.First[i] : 0;
        }

        var survivors = new Survivors(Shape);
        survivors.Find(gradients.First, which.First);
        return (gradients, which, survivors);
    }

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
