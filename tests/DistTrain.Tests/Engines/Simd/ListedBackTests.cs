using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Tests.Engines.Simd;

/// <summary>Windows listed sample by sample, with one gradient each, give the bits of four gradients a window, three of them zeros.</summary>
public sealed unsafe class ListedBackTests
{
    private const int Lanes = WindowLists.Samples;

    private static readonly ConvolutionShape Shape = new(1, 6, 32, 32);
    private static readonly int Windows = Shape.PooledHeight * Shape.PooledWidth;

    private readonly Random random = new(5);

    public ListedBackTests() => Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "the lists are made with AVX2");

    /// <summary>Parts of the gradients that are not zero.</summary>
    public static TheoryData<double> Shares => new() { 0, 0.02, 0.5, 1 };

    [Theory]
    [MemberData(nameof(Shares))]
    public void Listed_windows_give_the_bits_of_all_products(double share)
    {
        Compare(new LeakyRectifier(0.1f), share, Lanes);
        Compare(default(BinaryStep), share, 64);
    }

    [Fact]
    public void Zeros_of_either_sign_are_left_out_and_NaN_is_not()
    {
        var lists = new WindowLists(Shape);
        var gradients = new AlignedFloats(lists.Room * Lanes);
        var which = new AlignedFloats(lists.Room * Lanes / sizeof(float));
        (int sample, int output) = (3, 4);
        gradients.First[(20 * Lanes) + sample] = -0f;
        gradients.First[(21 * Lanes) + sample] = float.NaN;
        gradients.First[(195 * Lanes) + sample] = -float.Epsilon;
        ((byte*)which.First)[(195 * Lanes) + sample] = 3;

        lists.Append(output, gradients.First, (byte*)which.First);

        WindowList list = lists.Of(sample, output);
        Assert.Equal(2, list.Count);
        Assert.Equal([float.NaN, -float.Epsilon], new ReadOnlySpan<float>(list.Gradients, 2).ToArray());
        Assert.Equal([ListedWeights.Position(2, 14), ListedWeights.Position(26, 26) + ListedWeights.Pitch + 1], new ReadOnlySpan<int>(list.Positions, 2).ToArray());
        Assert.All(Enumerable.Range(0, Lanes * Shape.Outputs).Where(i => i != (sample * Shape.Outputs) + output), i => Assert.Equal(0, lists.Of(i / Shape.Outputs, i % Shape.Outputs).Count));
        lists.Clear();
        Assert.Equal(0, lists.Of(sample, output).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Sums_of_samples_have_the_bits_of_sums_of_lanes(int sets)
    {
        var lanes = new AccumulatorSets(4, Shape.Outputs * Shape.FanIn * Block.Samples);
        var samples = new AccumulatorSets(4, ListedBack<EightLanes, Rectifier>.SetSize(Shape));
        for (int set = 0; set < 4; set++)
        {
            AlignedFloats numbers = random.Numbers(lanes.Length);
            AlignedFloats moved = BySample(numbers);
            numbers.Values.CopyTo(new Span<float>(lanes.First(set), lanes.Length));
            moved.Values.CopyTo(new Span<float>(samples.First(set), samples.Length));
        }

        float[] weights = new float[Shape.Outputs * Shape.FanIn];
        fixed (float* first = weights)
        {
            ListedBack<EightLanes, Rectifier>.ToWeights(Shape, samples, sets, first);
        }

        Assert.Equal([.. Enumerable.Range(0, weights.Length).Select(weight => lanes.SumOfBlock<EightLanes>(sets, weight))], weights);
    }

    /// <summary>Accumulators of [output][5][5][sample] as those of [sample][output][5][8], with numbers beside the taps.</summary>
    private AlignedFloats BySample(AlignedFloats lanes)
    {
        AlignedFloats samples = random.Numbers(ListedBack<EightLanes, Rectifier>.SetSize(Shape));
        for (int i = 0; i < lanes.Length; i++)
        {
            (int weight, int sample) = (i / Block.Samples, i % Block.Samples);
            samples.First[Place(weight, sample)] = lanes.First[i];
        }

        return samples;
    }

    /// <summary>Those of them that are taps.</summary>
    private static float[] Taps(AlignedFloats samples) =>
        [.. Enumerable.Range(0, Shape.Outputs * Shape.FanIn * Block.Samples).Select(i => samples.Values[Place(i / Block.Samples, i % Block.Samples)])];

    private static int Place(int weight, int sample) =>
        (sample * ListedBack<EightLanes, Rectifier>.SampleSums(Shape)) + (weight / ConvolutionShape.Kernel * ListedWeights.Row) + (weight % ConvolutionShape.Kernel);

    private void Compare<TActivation>(TActivation activation, double share, nint stride)
        where TActivation : struct, IActivation
    {
        int bytes = MaximumPooling.KeptBytes<TActivation>() * Lanes;
        byte[] kept = new byte[Shape.PooledSize * bytes];
        AlignedFloats pooled = random.Numbers(Shape.PooledSize * (int)stride);
        AlignedFloats gradient = random.Numbers(Shape.PooledSize * (int)stride);
        var dense = new AlignedFloats(Shape.Outputs * Shape.Height * Shape.Width * Lanes);
        AlignedFloats biases = random.Numbers(Shape.Outputs * Block.Samples);
        AlignedFloats expectedBiases = biases.Copy();
        float* inners = stackalloc float[Lanes];
        fixed (byte* memory = kept)
        {
            for (int window = 0; window < Shape.PooledSize; window++)
            {
                byte* own = memory + (window * bytes);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    own[lane] = (byte)random.Next(4);
                    if (TActivation.BackTakesInput)
                    {
                        ((float*)(own + Lanes))[lane] = random.NextSingle() - 0.5f;
                    }

                    gradient.First[(window * stride) + lane] *= random.NextDouble() < share ? 1 : 0;
                }

                (int output, int place) = (window / Windows, window % Windows);
                EightLanes inner = MaximumPooling.Inner(activation, EightLanes.Load(gradient.First + (window * stride)), EightLanes.Load(pooled.First + (window * stride)), own);
                float* bias = expectedBiases.First + (output * Block.Samples);
                (EightLanes.Load(bias) + inner).Store(bias);
                inner.Store(inners);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    int y = (2 * (place / Shape.PooledWidth)) + (own[lane] / 2);
                    int x = (2 * (place % Shape.PooledWidth)) + (own[lane] % 2);
                    dense.First[(((((output * Shape.Height) + y) * Shape.Width) + x) * Lanes) + lane] = inners[lane];
                }
            }

            AlignedFloats input = random.Numbers(Shape.InputSize * Lanes);
            AlignedFloats expected = random.Numbers(Shape.Outputs * Shape.FanIn * Block.Samples);
            AlignedFloats sums = BySample(expected);
            ConvolutionWeights.Add<EightLanes>(Shape, dense.First, Shape.Height, input.First, expected.First);

            // Once for nothing: lists and images of an earlier block must not be seen.
            var back = new ListedBack<EightLanes, TActivation>(Shape, activation);
            AlignedFloats[] earlier = [random.Numbers(gradient.Length), random.Numbers(input.Length), sums.Copy(), biases.Copy()];
            back.Add(Lanes, memory, pooled.First, earlier[0].First, stride, earlier[1].First, earlier[2].First, earlier[3].First);
            back.Add(Lanes, memory, pooled.First, gradient.First, stride, input.First, sums.First, biases.First);

            Assert.Equal(Taps(BySample(expected)), Taps(sums));
            Assert.Equal(expectedBiases.Values.ToArray(), biases.Values.ToArray());

            // Memory goes with its owner, even if somebody has its address.
            GC.KeepAlive((pooled, gradient, dense, input, earlier));
        }
    }
}
