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

    /// <summary>Rows of A and of B that are zeros, some of them or all, may as well not be there.</summary>
    [Fact]
    public void Leaving_out_rows_of_zeros_changes_no_bit() => Sizes.Sample(size =>
    {
        AssertLeavesOut<FourLanes>(size);
        AssertLeavesOut<EightLanes>(size);
        AssertLeavesOut<SixteenLanes>(size);
    });

    private static void AssertLeavesOut<TLanes>((int M, int N, int K, bool Transposed, int Seed) size)
        where TLanes : struct, ILanes<TLanes>
    {
        (AlignedFloats a, AlignedFloats b, AlignedFloats c) = Matrices(size);
        var random = new Random(size.Seed);
        int[] rows = [.. Enumerable.Range(0, size.M).Where(_ => random.Next(3) > 0)];
        int[] inner = [.. Enumerable.Range(0, size.K).Where(_ => random.Next(3) > 0)];
        for (int i = 0; i < a.Length; i++)
        {
            int row = size.Transposed ? i % size.M : i / size.K;
            a.Values[i] = rows.Contains(row) ? a.Values[i] : 0;
        }

        var someOfB = new AlignedFloats(b.Length);
        for (int k = 0, next = 0; k < size.K; k++)
        {
            Span<float> row = b.Values.Slice(k * Pitch(size.N), Pitch(size.N));
            if (inner.Contains(k))
            {
                row.CopyTo(someOfB.Values[(next++ * Pitch(size.N))..]);
            }
            else
            {
                row.Clear();
            }
        }

        foreach (bool fresh in new[] { false, true })
        {
            AlignedFloats expected = c.Copy();
            MatrixProduct<TLanes>.Run(Operands(size, a, b, expected) with { Fresh = fresh }, 0, size.M);
            MatrixOperands columns = Operands(size, a, someOfB, c.Copy()) with { Inner = inner.Length, Fresh = fresh };
            fixed (int* list = inner)
            {
                // An empty array's address is null, which stands for all.
                int none = 0;
                columns.ColumnsOfA = inner.Length == 0 ? &none : list;
                RunInParts<TLanes>(columns);
            }

            Assert.Equal(Bits(expected.First, c.Length), Bits(columns.C, c.Length));

            // Rows of A, one behind the other, which are columns if it is transposed. Others of C stay as they are, where a whole product replaces them by zeros.
            AlignedFloats target = c.Copy();
            for (int m = 0; m < size.M; m++)
            {
                if (fresh && !rows.Contains(m))
                {
                    target.Values.Slice(m * (size.N + 1), size.N).Clear();
                }
            }

            MatrixOperands some = Operands(size, new AlignedFloats(rows.Length * size.K), b, target) with { ARow = size.K, AColumn = 1, Rows = rows.Length, Fresh = fresh };
            for (int i = 0; i < rows.Length * size.K; i++)
            {
                (int row, int k) = (rows[i / size.K], i % size.K);
                some.A[i] = a.Values[size.Transposed ? (k * size.M) + row : (row * size.K) + k];
            }

            fixed (int* list = rows)
            {
                some.RowsOfC = list;
                RunInParts<TLanes>(some);
            }

            Assert.Equal(Bits(expected.First, c.Length), Bits(some.C, c.Length));
        }
    }

    /// <summary>Up to two tiles of rows, the last one first, and then the others.</summary>
    private static void RunInParts<TLanes>(in MatrixOperands operands)
        where TLanes : struct, ILanes<TLanes>
    {
        int first = Math.Min(2 * MatrixProduct<TLanes>.TileRows, operands.Rows);
        MatrixProduct<TLanes>.Run(operands, first, operands.Rows - first);
        MatrixProduct<TLanes>.Run(operands, 0, first);
    }

    private static int[] Bits(float* values, int count) => new ReadOnlySpan<int>(values, count).ToArray();

    private static void AssertReplaces<TLanes>((int M, int N, int K, bool Transposed, int Seed) size)
        where TLanes : struct, ILanes<TLanes>
    {
        (AlignedFloats a, AlignedFloats b, AlignedFloats replaced) = Matrices(size);
        int pitch = size.N + 1;
        float[] expected = replaced.Values.ToArray();
        var zeros = new AlignedFloats(expected.Length);
        MatrixOperands operands = Operands(size, a, b, zeros);
        MatrixProduct<TLanes>.Run(operands, 0, size.M);
        for (int m = 0; m < size.M; m++)
        {
            zeros.Values.Slice(m * pitch, size.N).CopyTo(expected.AsSpan(m * pitch));
        }

        operands.C = replaced.First;
        operands.Fresh = true;
        MatrixProduct<TLanes>.Run(operands, 0, size.M);

        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), replaced.Values.ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    /// <summary>C + A B, with a column of C beyond the last that must stay as it is.</summary>
    private static float[] Product<TLanes>((int M, int N, int K, bool Transposed, int Seed) size)
        where TLanes : struct, ILanes<TLanes>
    {
        (AlignedFloats a, AlignedFloats b, AlignedFloats c) = Matrices(size);
        MatrixProduct<TLanes>.Run(Operands(size, a, b, c), 0, size.M);
        return c.Values.ToArray();
    }

    private static MatrixOperands Operands((int M, int N, int K, bool Transposed, int Seed) size, AlignedFloats a, AlignedFloats b, AlignedFloats c) => new()
    {
        A = a.First,
        ARow = size.Transposed ? 1 : size.K,
        AColumn = size.Transposed ? size.M : 1,
        B = b.First,
        BRow = Pitch(size.N),
        C = c.First,
        CRow = size.N + 1,
        Rows = size.M,
        Columns = size.N,
        Inner = size.K,
    };

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
