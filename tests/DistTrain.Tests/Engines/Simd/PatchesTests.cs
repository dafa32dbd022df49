using System.Numerics;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>One sample's way back through a convolution, with any share of gradients: plain loops over what is not zero give the same bits.</summary>
public sealed unsafe class PatchesTests
{
    private static readonly ConvolutionShape Shape = new(6, 16, 14, 14);
    private static readonly int Windows = Shape.PooledHeight * Shape.PooledWidth;

    private readonly Random random = new(7);
    private readonly AlignedFloats filterOffsets = Patches.FilterOffsets(Shape);

    /// <summary>Parts of the gradients that are not zero.</summary>
    public static TheoryData<double> Shares => new() { 0, 0.02, 0.5, 1 };

    [Theory]
    [MemberData(nameof(Shares))]
    public void Filters_get_the_bits_of_plain_loops_whatever_the_registers(double share)
    {
        AlignedFloats image = random.Numbers(Patches.ImageSize(Shape));
        var strips = new AlignedFloats(Patches.StripsSize(Shape));
        Patches.ToStrips(Shape, image.First, strips.First);
        (AlignedFloats gradients, AlignedFloats which, Survivors survivors) = Sample(share);
        AlignedFloats start = random.Numbers(Shape.Outputs * Patches.Filter);
        AlignedFloats[] filters = [start.Copy(), start.Copy(), start.Copy(), start.Copy()];
        float[] expected = start.Values.ToArray();
        uint* windows = survivors.Windows;
        int* patches = survivors.Patches;
        Patches.AddToFilters(Shape, strips.First, windows, patches, gradients.First, filters[0].First);
        Patches.AddToFilters<Two<SixteenLanes>, SixteenLanes>(Shape, strips.First, windows, patches, gradients.First, filters[1].First);
        Patches.AddToFilters<Four<EightLanes>, EightLanes>(Shape, strips.First, windows, patches, gradients.First, filters[2].First);
        Patches.AddToFilters<Two<EightLanes>, EightLanes>(Shape, strips.First, windows, patches, gradients.First, filters[3].First);
        for (int output = 0; output < Shape.Outputs; output++)
        {
            int first = output * Patches.Filter;
            for (int window = 0; window < Windows; window++)
            {
                int index = (window * Shape.Outputs) + output;
                float g = gradients.First[index];
                for (int i = 0; i < Patches.Filter && g != 0; i++)
                {
                    float pixel = image.First[Under(Place(window, which.First[index]), i)];
                    expected[first + i] = MathF.FusedMultiplyAdd(g, pixel, expected[first + i]);
                }
            }
        }

        Assert.All(filters, filter => Assert.Equal(expected, filter.Values.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Shares))]
    public void Images_get_the_bits_of_plain_loops_whatever_the_registers(double share)
    {
        AlignedFloats filters = random.Numbers(Patches.PaddedFiltersSize(Shape));
        for (int output = 0; output < Shape.Outputs; output++)
        {
            filters.Values.Slice(output * Patches.PaddedFilter, Patches.Row).Clear();
        }

        filters.Values[(Shape.Outputs * Patches.PaddedFilter)..].Clear();
        int* offsets = (int*)filterOffsets.First;

        (AlignedFloats gradients, AlignedFloats which, Survivors survivors) = Sample(share);
        AlignedFloats start = random.Numbers(Patches.ImageSize(Shape));
        AlignedFloats[] images = [start.Copy(), start.Copy(), start.Copy(), start.Copy()];
        float[] expected = start.Values.ToArray();
        Patches.AddToImage(Shape, images[0].First, survivors.Outputs, gradients.First, filters.First, offsets);
        for (int x = 0; x < Shape.Width; x++)
        {
            float* pooled = gradients.First + (x / 2 * Shape.Outputs);
            uint* column = survivors.Outputs + (x * Shape.PooledHeight);
            int pixel = x * Shape.Inputs;
            Patches.AddToColumn<Two<SixteenLanes>, SixteenLanes>(Shape, images[1].First + pixel, column, pooled, filters.First, offsets);
            Patches.AddToColumn<Four<EightLanes>, EightLanes>(Shape, images[2].First + pixel, column, pooled, filters.First, offsets);
            Patches.AddToColumn<Two<EightLanes>, EightLanes>(Shape, images[3].First + pixel, column, pooled, filters.First, offsets);
            Patches.AddToColumn<Two<EightLanes>, EightLanes>(
                Shape, images[3].First + pixel + (Patches.Row / 2), column, pooled, filters.First + (Patches.Row / 2), offsets);
            AddColumn(x, gradients.First, which.First, filters.First, expected);
        }

        Assert.All(images, image => Assert.Equal(expected, image.Values.ToArray()));
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
        Assert.Equal(Bit(3, 9), survivors.Outputs[ByColumn(Place(3, which.First[(3 * Shape.Outputs) + 9]))]);
        Assert.Equal(Bit(24, 9), survivors.Outputs[ByColumn(Place(24, which.First[(24 * Shape.Outputs) + 9]))]);
        Assert.Equal(2, new ReadOnlySpan<uint>(survivors.Outputs, Shape.PooledHeight * Shape.Width).ToArray().Sum(BitOperations.PopCount));

        uint Bit(int window, int output) => 1u << (output + (which.First[(window * Shape.Outputs) + output] < 2 ? 0 : Survivors.MostOutputs));
    }

    /// <summary>The convolution's output, in row order, that was the largest of a window.</summary>
    private static int Place(int window, float which) =>
        (((2 * (window / Shape.PooledWidth)) + ((int)which / 2)) * Shape.Width) + (2 * (window % Shape.PooledWidth)) + ((int)which % 2);

    private static int ByColumn(int place) => (place % Shape.Width * Shape.PooledHeight) + (place / Shape.Width / 2);

    /// <summary>Index in the image of what a filter's number meets for a place: its padding meets what comes behind the five pixels.</summary>
    private static int Under(int place, int number) =>
        (((((place / Shape.Width) + (number / Patches.Row)) * Shape.InputWidth) + (place % Shape.Width)) * Shape.Inputs) + (number % Patches.Row);

    /// <summary>Adds the products of the places of one column: those of each row of the image first, and their sum to what is there.</summary>
    private static void AddColumn(int x, float* gradients, float* which, float* filters, float[] image)
    {
        float[] sums = new float[Shape.InputHeight * Patches.Row];
        for (int y = 0; y < Shape.Height; y++)
        {
            int window = (y / 2 * Shape.PooledWidth) + (x / 2);
            for (int output = 0; output < Shape.Outputs; output++)
            {
                int index = (window * Shape.Outputs) + output;
                bool here = Place(window, which[index]) == (y * Shape.Width) + x;
                for (int i = 0; i < Patches.Filter && here && gradients[index] != 0; i++)
                {
                    ref float sum = ref sums[(y * Patches.Row) + i];
                    sum = MathF.FusedMultiplyAdd(gradients[index], filters[(output * Patches.PaddedFilter) + Patches.Row + i], sum);
                }
            }
        }

        for (int i = 0; i < sums.Length; i++)
        {
            image[Under((i / Patches.Row * Shape.Width) + x, i % Patches.Row)] += sums[i];
        }
    }

    private (AlignedFloats Gradients, AlignedFloats Which, Survivors Survivors) Sample(double share)
    {
        AlignedFloats gradients = random.Numbers(Shape.PooledSize);
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
}
