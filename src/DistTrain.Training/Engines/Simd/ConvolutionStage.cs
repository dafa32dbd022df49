using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Convolution, activation and pooling of blocks of samples, there and back. Planes are [channel][y][x] of vectors. The way there goes by
/// pairs of rows, which are pooled while the nearest cache holds them; only what the way back needs is kept of them.
/// </summary>
internal sealed unsafe class ConvolutionStage<TLanes, TActivation, TPooling>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
    where TPooling : struct, IPooling
{
    private readonly ConvolutionShape shape;
    private readonly TActivation activation;
    private readonly AlignedFloats kept;
    private readonly OutputRows<TLanes> rows;
    private readonly AlignedFloats band;
    private readonly AlignedFloats weightSums;
    private readonly AlignedFloats biasSums;
    private readonly int bandRows;
    private readonly SparseBack<TLanes, TActivation>? sparse;
    private readonly PickedBack<TLanes, TActivation>? picked;

    /// <param name="blocks">Blocks of which there may be a way back.</param>
    /// <param name="wholeGradient">The way back reaches the input. It then needs all rows of gradients at once; else two at a time do, and stay in the nearest cache.</param>
    public ConvolutionStage(ConvolutionShape shape, TActivation activation, int blocks, bool wholeGradient)
    {
        this.shape = shape;
        this.activation = activation;
        bandRows = wholeGradient ? shape.Height : 2;
        kept = new AlignedFloats(blocks * KeptBytes / sizeof(float));
        rows = new OutputRows<TLanes>(shape);
        band = new AlignedFloats(shape.Outputs * bandRows * shape.Width * TLanes.Count);
        weightSums = new AlignedFloats(shape.Outputs * shape.FanIn * Block.Samples);
        biasSums = new AlignedFloats(shape.Outputs * Block.Samples);
        sparse = wholeGradient && TPooling.PassesOne && SparseBack<TLanes, TActivation>.Fits(shape) ? new SparseBack<TLanes, TActivation>(shape, activation) : null;
        picked = !wholeGradient && TPooling.PassesOne && PickedBack<TLanes, TActivation>.Pays ? new PickedBack<TLanes, TActivation>(shape, activation) : null;
    }

    private int KeptBytes => shape.PooledSize * TPooling.KeptBytes<TActivation>() * TLanes.Count;

    /// <param name="input">Planes with their border.</param>
    /// <param name="weights">Outputs x inputs x 5 x 5.</param>
    /// <param name="output">First pooled value of the first channel.</param>
    /// <param name="stride">Floats from one pooled value to the next.</param>
    /// <param name="note">A vector; NaN afterwards where a convolution's output was not finite, unchanged elsewhere.</param>
    public void Forward(int block, float* input, float* weights, float* bias, float* output, nint stride, float* note)
    {
        if (block == 0)
        {
            rows.Load(weights);
        }

        byte* keep = (byte*)kept.First + ((nint)block * KeptBytes);
        nint row = (nint)shape.InputWidth * TLanes.Count;
        for (int y = 0; y < shape.PooledHeight; y++)
        {
            rows.Turn(input + (Winograd.Rows * y * row));
            for (int x = 0; x < shape.Width; x += rows.Columns)
            {
                for (int channel = 0; channel < shape.Outputs; channel += rows.Channels)
                {
                    rows.Compute(channel, x, bias);
                    Pool((((channel * shape.PooledHeight) + y) * shape.PooledWidth) + (x / 2), keep, output, stride, note);
                }
            }
        }
    }

    /// <summary>Forgets the gradients of earlier batches.</summary>
    public void Clear()
    {
        weightSums.Values.Clear();
        biasSums.Values.Clear();
        sparse?.Clear();
    }

    /// <summary>Adds a block's gradients of weights and biases to the accumulators.</summary>
    /// <param name="accumulator">Which of a <see cref="Block"/>'s accumulators the first lane adds to.</param>
    /// <param name="output">As <see cref="Forward"/> left it.</param>
    /// <param name="gradient">Of the output, laid out like it.</param>
    /// <param name="inputGradient">Overwritten, planes like the input; null if it is not wanted.</param>
    public void Back(int block, int accumulator, float* output, float* gradient, nint stride, float* input, float* weights, float* inputGradient)
    {
        byte* keep = (byte*)kept.First + ((nint)block * KeptBytes);
        if (sparse is not null)
        {
            if (block == 0)
            {
                sparse.Load(weights);
            }

            sparse.Add(keep, output, gradient, stride, input, inputGradient, biasSums.First + accumulator);
            return;
        }

        if (picked is not null)
        {
            picked.Add(keep, output, gradient, stride, input, weightSums.First + accumulator, biasSums.First + accumulator);
            return;
        }

        nint row = (nint)shape.InputWidth * TLanes.Count;
        for (int y = 0; y < shape.Height; y += bandRows)
        {
            for (int pair = 0; pair < bandRows / 2; pair++)
            {
                Unpool((y / 2) + pair, pair, keep, output, gradient, stride, biasSums.First + accumulator);
            }

            ConvolutionWeights.Add<TLanes>(shape, band.First, bandRows, input + (y * row), weightSums.First + accumulator);
        }

        if (inputGradient != null)
        {
            ConvolutionInputs.All<TLanes>(shape, band.First, weights, inputGradient);
        }
    }

    /// <summary>Adds the accumulators' lanes up.</summary>
    public void Sum(float* weights, float* bias)
    {
        sparse?.Sum(weights);
        for (int i = 0; i < shape.Outputs * shape.FanIn && sparse is null; i++)
        {
            weights[i] = Block.Sum(weightSums.First + (i * Block.Samples));
        }

        for (int i = 0; i < shape.Outputs; i++)
        {
            bias[i] = Block.Sum(biasSums.First + (i * Block.Samples));
        }
    }

    /// <summary>Pooled values of a group of channels and columns.</summary>
    /// <param name="first">Number of the first of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pool(int first, byte* keep, float* output, nint stride, float* note)
    {
        TActivation function = activation;
        int w = TLanes.Count;
        nint keptOfWindow = (nint)TPooling.KeptBytes<TActivation>() * w;
        int plane = shape.PooledHeight * shape.PooledWidth;
        nint columns = (nint)rows.Columns * w;
        int channels = rows.Channels;
        float* upper = rows.Upper;
        float* lower = rows.Lower;
        TLanes zero = TLanes.Of(0f);
        TLanes finite = TLanes.Load(note);
        for (; channels > 0; channels--, first += plane)
        {
            byte* memory = keep + (first * keptOfWindow);
            float* to = output + (first * stride);
            for (float* end = upper + columns; upper < end; upper += 2 * w, lower += 2 * w, memory += keptOfWindow, to += stride)
            {
                TLanes a = TLanes.Load(upper);
                TLanes b = TLanes.Load(upper + w);
                TLanes c = TLanes.Load(lower);
                TLanes d = TLanes.Load(lower + w);

                // Zero times a finite number is zero; times anything else it is NaN, which stays.
                finite = TLanes.MultiplyAdd((a + b) + (c + d), zero, finite);
                TPooling.Pool(function, a, b, c, d, memory).Store(to);
            }
        }

        finite.Store(note);
    }

    /// <summary>Gradients of the convolution's outputs that were pooled to row y, into a pair of rows of <see cref="band"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unpool(int y, int pair, byte* keep, float* output, float* gradient, nint stride, float* biases)
    {
        TActivation function = activation;
        int w = TLanes.Count;
        nint keptOfWindow = (nint)TPooling.KeptBytes<TActivation>() * w;
        nint below = (nint)shape.Width * w;
        for (int channel = 0; channel < shape.Outputs; channel++, biases += Block.Samples)
        {
            nint first = ((channel * shape.PooledHeight) + y) * shape.PooledWidth;
            byte* memory = keep + (first * keptOfWindow);
            float* from = gradient + (first * stride);
            float* pooled = output + (first * stride);
            float* to = band.First + (((channel * bandRows) + (2 * pair)) * below);
            TLanes sum = TLanes.Load(biases);
            for (int x = 0; x < shape.PooledWidth; x++, from += stride, pooled += stride, memory += keptOfWindow, to += 2 * w)
            {
                TPooling.Back(function, TLanes.Load(from), TLanes.Load(pooled), memory, out TLanes a, out TLanes b, out TLanes c, out TLanes d);
                a.Store(to);
                b.Store(to + w);
                c.Store(to + below);
                d.Store(to + below + w);
                sum += (a + b) + (c + d);
            }

            sum.Store(biases);
        }
    }
}
