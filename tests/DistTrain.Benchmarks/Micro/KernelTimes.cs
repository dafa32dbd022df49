using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Engines.Simd.Losses;
using DistTrain.Training.Lanes;

namespace DistTrain.Benchmarks.Micro;

/// <summary>One stage of the simd engine on one core.</summary>
/// <param name="Microseconds">For a chunk of 64 samples, the best of many rounds.</param>
/// <param name="Products">Multiplications that are added up, by the layer's definition.</param>
internal sealed record KernelTime(string Stage, double Microseconds, long Products);

/// <summary>Times the stages of LeNet-5 one by one, on random values, and the most that a core can do at all.</summary>
internal static unsafe class KernelTimes<TLanes, TActivation, TPooling>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
    where TPooling : struct, IPooling
{
    private static readonly Chunk Whole = new(0, Chunk.Samples);

    private static int Blocks => Chunk.Samples / TLanes.Count;

    public static IEnumerable<KernelTime> Measure()
    {
        var first = new ConvolutionShape(1, 6, 32, 32);
        var second = new ConvolutionShape(6, 16, 14, 14);
        return [Load(), .. Convolution("conv1", first, toInput: false), .. Convolution("conv2", second, toInput: true), .. Linear("fc1", 400, 120), .. Linear("fc2", 120, 84), .. Linear("fc3", 84, 10), new KernelTime("loss", Loss<CrossEntropy>(), 0)];
    }

    /// <summary>Multiply-adds of floats in a second when nothing but registers is read.</summary>
    public static double Peak()
    {
        const int Rounds = 200_000;
        double seconds = Best.Of(() => Spin(Rounds)) / 1e6;
        return 12.0 * TLanes.Count * Rounds / seconds;
    }

    /// <summary>Bytes where the engine takes them, else floats.</summary>
    private static KernelTime Load()
    {
        const int Side = 28;
        const int Image = Side * Side;
        var lanes = new AlignedFloats(Chunk.Samples * Image);
        if (TLanes.Count % PixelLanes.Samples == 0 && PixelLanes.Fits(Side))
        {
            var pixels = new AlignedFloats(Chunk.Samples * Image / sizeof(float));
            new Random(1).NextBytes(new Span<byte>(pixels.First, Chunk.Samples * Image));
            var scale = new PixelScale(0.1307f, 0.3081f);
            return new KernelTime("bytes to lanes", Best.Of(() =>
            {
                byte** images = stackalloc byte*[PixelLanes.Samples];
                for (int sample = 0; sample < Chunk.Samples; sample += PixelLanes.Samples)
                {
                    for (int i = 0; i < PixelLanes.Samples; i++)
                    {
                        images[i] = (byte*)pixels.First + ((sample + i) * Image);
                    }

                    float* plane = lanes.First + (sample / TLanes.Count * TLanes.Count * Image) + (sample % TLanes.Count);
                    PixelLanes.Load(images, PixelLanes.Samples, Side, Side, scale, plane, Side * TLanes.Count, TLanes.Count);
                }
            }), 0);
        }

        AlignedFloats floats = Random(Chunk.Samples * Image, 1);
        return new KernelTime("floats to lanes", Best.Of(() =>
        {
            for (int block = 0; block < Blocks; block++)
            {
                nint offset = (nint)block * TLanes.Count * Image;
                Transposition.Copy(floats.First + offset, Image, lanes.First + offset, TLanes.Count, TLanes.Count, Image);
            }
        }), 0);
    }

    private static KernelTime[] Convolution(string name, ConvolutionShape shape, bool toInput)
    {
        var stage = new ConvolutionStage<TLanes, TActivation, TPooling>(shape, default, Blocks, toInput);
        ConvolutionScratch<TLanes, TActivation> scratch = stage.NewScratch();
        int input = shape.InputSize * TLanes.Count;
        int pooled = shape.PooledSize * TLanes.Count;
        AlignedFloats inputs = Random(Blocks * input, 1);
        var outputs = new AlignedFloats(Blocks * pooled);
        AlignedFloats gradients = Random(Blocks * pooled, 1);
        AlignedFloats weights = Random(shape.Outputs * shape.FanIn, 0.1f);
        AlignedFloats bias = Random(shape.Outputs, 0.1f);
        var inputGradient = new AlignedFloats(input);
        var note = new AlignedFloats(TLanes.Count);
        long products = (long)Chunk.Samples * shape.Outputs * shape.FanIn * shape.Height * shape.Width;
        var forward = new KernelTime($"{name}, activation, pooling", Best.Of(() =>
        {
            stage.PrepareForward(weights.First);
            for (int block = 0; block < Blocks; block++)
            {
                stage.Forward(scratch, block, inputs.First + ((nint)block * input), bias.First, outputs.First + ((nint)block * pooled), TLanes.Count, note.First);
            }
        }), products);
        var back = new KernelTime($"{name} back", Best.Of(() =>
        {
            stage.PrepareBack(weights.First);
            for (int block = 0; block < Blocks; block++)
            {
                nint own = (nint)block * pooled;
                stage.Back(scratch, block, TLanes.Count, outputs.First + own, gradients.First + own, TLanes.Count, inputs.First + ((nint)block * input), weights.First, toInput ? inputGradient.First : null);
            }
        }), toInput ? 2 * products : products);
        return [forward, back];
    }

    private static KernelTime[] Linear(string name, int inputs, int outputs)
    {
        var stage = new LinearStage<TLanes, TActivation>(inputs, outputs, default(TActivation));
        AlignedFloats input = Random(inputs * Chunk.Samples, 1);
        AlignedFloats weights = Random((inputs + 1) * outputs, 0.1f);
        AlignedFloats outputGradient = Random(outputs * Chunk.Samples, 1);
        var gradient = new AlignedFloats((inputs + 1) * outputs);
        var inputGradient = new AlignedFloats(inputs * Chunk.Samples);
        var note = new AlignedFloats(TLanes.Count);
        long products = (long)Chunk.Samples * inputs * outputs;
        return
        [
            new KernelTime(name, Best.Of(() => stage.Forward(Whole, input.First, weights.First, note.First)), products),
            new KernelTime($"{name} back", Best.Of(() =>
            {
                // The way back turns it into that of the weighted sums, in place. The copy is less than a hundredth of it, and no unit is left out.
                outputGradient.Values.CopyTo(new Span<float>(stage.Gradient, outputs * Chunk.Samples));
                stage.Back(Whole, weights.First, inputGradient.First);
                int parts = stage.BeginWeights(Whole, input.First, gradient.First);
                for (int part = 0; part < parts; part++)
                {
                    stage.AddWeights(part);
                }
            }), 2 * products),
        ];
    }

    /// <summary>There and back, behind the 120 and 84 units of fc1 and fc2.</summary>
    public static double Dropout() => Dropout(120) + Dropout(84);

    private static double Dropout(int units)
    {
        var stage = new DropoutStage<TLanes>(units, new DropoutMask(0.5, 0));
        AlignedFloats values = Random(units * Chunk.Samples, 1);
        var key = new DropoutKey(1, 1, 1);
        return Best.Of(() =>
        {
            stage.Forward(Whole, key, values.First);
            stage.Back(Whole, values.First);
        });
    }

    /// <summary>The first convolution of all, whose activations and pooling take the largest share, with some activation.</summary>
    public static double FirstStage(TActivation activation)
    {
        var shape = new ConvolutionShape(1, 6, 32, 32);
        var stage = new ConvolutionStage<TLanes, TActivation, TPooling>(shape, activation, 1, wholeGradient: false);
        ConvolutionScratch<TLanes, TActivation> scratch = stage.NewScratch();
        AlignedFloats input = Random(shape.InputSize * TLanes.Count, 1);
        AlignedFloats weights = Random((shape.FanIn + 1) * shape.Outputs, 0.1f);
        stage.PrepareForward(weights.First);
        var output = new AlignedFloats(shape.PooledSize * TLanes.Count);
        var note = new AlignedFloats(TLanes.Count);
        float* bias = weights.First + (shape.FanIn * shape.Outputs);
        return Blocks * Best.Of(() => stage.Forward(scratch, 0, input.First, bias, output.First, TLanes.Count, note.First));
    }

    public static double Loss<TLoss>()
        where TLoss : struct, ILoss
    {
        AlignedFloats logits = Random(10 * Chunk.Samples, 3);
        var gradient = new AlignedFloats(10 * Chunk.Samples);
        var images = new LabelledImages(new byte[Chunk.Samples], new byte[Chunk.Samples], Channels: 1, Height: 1, Width: 1, Classes: 10);
        var batch = new Batch(images, mean: 0, standardDeviation: 1, Chunk.Samples);
        batch.Fill(images, [.. Enumerable.Range(0, Chunk.Samples)]);
        double[] losses = new double[Chunk.Samples];
        return Best.Of(() => LossSum.Of<TLanes, TLoss>(logits.First, 10, Whole, batch, gradient.First, losses));
    }

    private static AlignedFloats Random(int length, float scale)
    {
        var values = new AlignedFloats(length);
        var random = new Random(1);
        foreach (ref float value in values.Values)
        {
            value = ((random.NextSingle() * 2) - 1) * scale;
        }

        return values;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static void Spin(int rounds)
    {
        float* sink = stackalloc float[16];
        TLanes x = TLanes.Of(0.5f);
        TLanes y = TLanes.Of(0.25f);
        TLanes a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (; rounds > 0; rounds--)
        {
            a = TLanes.MultiplyAdd(a, x, y);
            b = TLanes.MultiplyAdd(b, x, y);
            c = TLanes.MultiplyAdd(c, x, y);
            d = TLanes.MultiplyAdd(d, x, y);
            e = TLanes.MultiplyAdd(e, x, y);
            f = TLanes.MultiplyAdd(f, x, y);
            g = TLanes.MultiplyAdd(g, x, y);
            h = TLanes.MultiplyAdd(h, x, y);
            i = TLanes.MultiplyAdd(i, x, y);
            j = TLanes.MultiplyAdd(j, x, y);
            k = TLanes.MultiplyAdd(k, x, y);
            l = TLanes.MultiplyAdd(l, x, y);
        }

        (((a + b) + (c + d)) + (((e + f) + (g + h)) + ((i + j) + (k + l)))).Store(sink);
    }
}
