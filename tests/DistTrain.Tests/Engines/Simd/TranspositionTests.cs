using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Rows become columns, planes become pixels and planes again, and nothing beside them is written.</summary>
public sealed unsafe class TranspositionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(6, 25)]
    [InlineData(25, 6)]
    [InlineData(7, 9)]
    [InlineData(16, 28)]
    public void Every_value_goes_to_its_place_and_nowhere_else(int rows, int columns)
    {
        (int sourceRow, int targetRow) = (columns + 3, rows + 2);
        var source = new AlignedFloats(rows * sourceRow);
        var target = new AlignedFloats(columns * targetRow);
        float[] expected = new float[target.Length];
        for (int i = 0; i < source.Length; i++)
        {
            source.First[i] = i + 1;
            (int row, int column) = (i / sourceRow, i % sourceRow);
            if (column < columns)
            {
                expected[(column * targetRow) + row] = i + 1;
            }
        }

        Transposition.Copy(source.First, sourceRow, target.First, targetRow, rows, columns);
        Assert.Equal(expected, target.Values.ToArray());
    }

    [Fact]
    public void Eight_rows_of_eight_become_their_columns()
    {
        Assert.SkipUnless(Avx.IsSupported, "it is made of AVX's instructions");
        var rows = new Vector256<float>[8];
        for (int row = 0; row < 8; row++)
        {
            rows[row] = Vector256.CreateSequence<float>(8 * row, 1);
        }

        Transposition.Turn(ref rows[0], ref rows[1], ref rows[2], ref rows[3], ref rows[4], ref rows[5], ref rows[6], ref rows[7]);

        for (int column = 0; column < 8; column++)
        {
            Assert.Equal(Vector256.CreateSequence<float>(column, 8), rows[column]);
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 8)]
    [InlineData(6, 16)]
    [InlineData(8, 16)]
    public void Planes_become_images_and_planes_again(int channels, int samples)
    {
        const int Count = 5;
        int image = (channels * Count) + 4;
        var planes = new AlignedFloats(channels * Count * samples);
        var images = new AlignedFloats(samples * image);
        images.Values.Fill(float.NaN);
        float[] before = new float[planes.Length];
        Span<float> values = planes.Values;
        for (int i = 0; i < planes.Length; i++)
        {
            values[i] = before[i] = i + 1;
        }

        Pixels.FromPlanes(planes.First, channels, Count, samples, images.First, image);
        float[] written = images.Values.ToArray();
        for (int i = 0; i < before.Length; i++)
        {
            (int channel, int pixel, int sample) = (i / samples / Count, i / samples % Count, i % samples);
            Assert.Equal(before[i], written[(sample * image) + (pixel * channels) + channel]);
        }

        Assert.All(Enumerable.Range(1, samples), sample => Assert.Equal(float.NaN, written[(sample * image) - 1]));
        planes.Values.Clear();
        Pixels.ToPlanes(images.First, image, channels, Count, samples, planes.First);
        Assert.Equal(before, planes.Values.ToArray());
    }
}
