using CsCheck;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

public sealed unsafe class MatrixProductTests
{
    private static readonly Gen<(int M, int N, int K, bool Transposed, int Seed)> Sizes =
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 150], Gen.Int[0, 40], Gen.Bool, Gen.Int[0, 1000]);

    /// <summary>Around the edges of the widest tiles, of 64 columns, and of the narrow ones behind them, of 32.</summary>
    public static TheoryData<int> Edges => [1, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129];

    [Fact]
    public void Products_of_any_size_equal_those_of_plain_loops_in_float64() => Sizes.Sample(size =>
    {
        float[] expected = Naive(size);
        float[] product = Product<EightLanes>(size);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], product[i], 1e-4f);
        }
    });

    [Theory]
    [MemberData(nameof(Edges))]
    public void Widest_tiles_and_the_rest_beside_them_equal_plain_loops(int columns)
    {
        for (int rows = 1; rows <= 13; rows++)
        {
            (int, int, int, bool, int) size = (rows, columns, 9, false, rows);
            float[] expected = Naive(size);
            float[] product = Product<SixteenLanes>(size);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], product[i], 1e-5f);
            }

            Assert.Equal(Product<EightLanes>(size), product);
        }
    }

    [Fact]
    public void Products_have_the_same_bits_at_every_width() => Sizes.Sample(size =>
    {
        float[] eight = Product<EightLanes>(size);
        Assert.Equal(eight, Product<FourLanes>(size));
        Assert.Equal(eight, Product<SixteenLanes>(size));
    });

    [Fact]
    public void Product_that_replaces_has_the_bits_of_one_onto_zeros() => Sizes.Sample(size =>
    {
        AssertReplaces<FourLanes>(size);
        AssertReplaces<EightLanes>(size);
        AssertReplaces<SixteenLanes>(size);
    });

    private static void AssertReplaces<TLanes>((int M, int N, int K, bool Transposed, int Seed) size)
        where TLanes : struct, ILanes<TLanes>
    {
        (AlignedFloats a, AlignedFloats b, AlignedFloats replaced) = Matrices(size);
        (int row, int column) = size.Transposed ? (1, size.M) : (size.K, 1);
        int pitch = size.N + 1;
        float[] expected = replaced.Values.ToArray();
        var zeros = new AlignedFloats(expected.Length);
        MatrixProduct<TLanes>.Add(a.First, row, column, b.First, Pitch(size.N), zeros.First, pitch, size.M, size.N, size.K);
        for (int m = 0; m < size.M; m++)
        {
            zeros.Values.Slice(m * pitch, size.N).CopyTo(expected.AsSpan(m * pitch));
        }

        MatrixProduct<TLanes>.Set(a.First, row, column, b.First, Pitch(size.N), replaced.First, pitch, size.M, size.N, size.K);

        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), replaced.Values.ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    /// <summary>C + A B, with a column of C beyond the last that must stay as it is.</summary>
    private static float[] Product<TLanes>((int M, int N, int K, bool Transposed, int Seed) size)
        where TLanes : struct, ILanes<TLanes>
    {
        (AlignedFloats a, AlignedFloats b, AlignedFloats c) = Matrices(size);
        (int row, int column) = size.Transposed ? (1, size.M) : (size.K, 1);
        MatrixProduct<TLanes>.Add(a.First, row, column, b.First, Pitch(size.N), c.First, size.N + 1, size.M, size.N, size.K);
        return c.Values.ToArray();
    }

    private static float[] Naive((int M, int N, int K, bool Transposed, int Seed) size)
    {
        (AlignedFloats a, AlignedFloats b, AlignedFloats c) = Matrices(size);
        float[] result = c.Values.ToArray();
        for (int m = 0; m < size.M; m++)
        {
            for (int n = 0; n < size.N; n++)
            {
                double sum = result[(m * (size.N + 1)) + n];
                for (int k = 0; k < size.K; k++)
                {
                    sum += (double)a.Values[size.Transposed ? (k * size.M) + m : (m * size.K) + k] * b.Values[(k * Pitch(size.N)) + n];
                }

                result[(m * (size.N + 1)) + n] = (float)sum;
            }
        }

        return result;
    }

    private static int Pitch(int columns) => (columns + 31) / 32 * 32;

    private static (AlignedFloats A, AlignedFloats B, AlignedFloats C) Matrices((int M, int N, int K, bool Transposed, int Seed) size)
    {
        var random = new Random(size.Seed);
        return (random.Numbers(size.M * size.K), random.Numbers(size.K * Pitch(size.N)), random.Numbers(size.M * (size.N + 1)));
    }
}
