using System.Runtime.Intrinsics.X86;
using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Bytes go into planes as scaled floats do.</summary>
public sealed unsafe class PixelLanesTests
{
    private const float Mean = 0.1307f;
    private const float Deviation = 0.3081f;

    public PixelLanesTests() => Assert.SkipUnless(Avx2.IsSupported && Fma.IsSupported, "bytes are turned with AVX2");

    /// <summary>Heights, widths, floats from pixel to pixel, samples.</summary>
    public static TheoryData<int, int, int, int> Images => new()
    {
        { 28, 28, 8, 8 }, { 28, 28, 16, 8 }, { 3, 8, 8, 8 }, { 2, 9, 8, 8 }, { 4, 15, 16, 8 }, { 1, 16, 8, 8 }, { 5, 32, 8, 8 }, { 28, 28, 8, 1 }, { 28, 28, 16, 5 }, { 28, 28, 8, 0 },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Pixels_become_lanes_and_nothing_else_is_touched(int height, int width, int lanes, int count)
    {
        const int Border = 2;
        const float Untouched = 77;
        var random = new Random(3);
        byte[] pixels = new byte[PixelLanes.Samples * height * width];
        random.NextBytes(pixels);
        int row = (width + (2 * Border)) * lanes;
        var plane = new AlignedFloats(row * (height + (2 * Border)));
        plane.Values.Fill(Untouched);
        float[] expected = plane.Values.ToArray();
        int first = (Border * row) + (Border * lanes) + (lanes - PixelLanes.Samples);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int sample, int y, int x) = (i / (height * width), i / width % height, i % width);
            expected[first + (y * row) + (x * lanes) + sample] = sample < count ? ((pixels[i] / 255f) - Mean) / Deviation : 0;
        }

        fixed (byte* from = pixels)
        {
            byte** images = stackalloc byte*[PixelLanes.Samples];
            for (int i = 0; i < PixelLanes.Samples; i++)
            {
                images[i] = from + (i * height * width);
            }

            PixelLanes.Load(images, count, height, width, new PixelScale(Mean, Deviation), plane.First + first, row, lanes);
        }

        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), plane.Values.ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void Rows_of_eight_pixels_or_more_fit(int width, bool fits) => Assert.Equal(fits, PixelLanes.Fits(width));

    /// <summary>Somebody who asks for the inputs has them scaled, and the engine takes those: also when they were changed.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(13)]
    [InlineData(100)]
    public void Gradients_are_the_same_whether_anybody_asked_for_floats_or_not(int count)
    {
        LabelledImages images = RandomImages.Make(100, seed: 6);
        ModelDescription model = SimdModels.Find("lenet5 Relu Maximum");
        float[] weights = new float[model.Layout.Count];
        model.Initialise(3, weights);
        using var engine = new SimdEngine(model);
        var batch = new Batch(images, Mean, Deviation, 100);
        float[] ofBytes = Gradient();
        float[] ofFloats = Gradient(asked => Assert.Equal(count * 784, asked.Inputs.Length));
        float[] ofOthers = Gradient(asked => asked.Inputs[300] += 1);

        Assert.Equal(ofBytes, ofFloats);
        Assert.NotEqual(ofBytes, ofOthers);
        Assert.Equal(ofBytes, Gradient());

        float[] Gradient(Action<Batch>? before = null)
        {
            batch.Fill(images, [.. Enumerable.Range(0, count)]);
            Assert.True(batch.HasBytes);
            Assert.Equal(PixelLanes.Fits(28), engine.TakesBytes(batch));
            before?.Invoke(batch);
            float[] gradient = new float[weights.Length];
            engine.ComputeGradient(weights, batch, gradient);
            Assert.Equal(before is null && PixelLanes.Fits(28), batch.HasBytes);
            return gradient;
        }
    }
}
