using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// Convolution, activation and pooling of blocks of samples, there and back. Planes are [channel][y][x] of vectors. The way there goes by
/// four rows of outputs, and by two where no four are left, which are pooled while the nearest cache holds them; only what the way back needs is kept of them.
/// </summary>
/// <remarks>
/// Different blocks of a chunk may be computed at once, with scratch memory of their own. Each sixteen samples have accumulators of their own
/// too (<see cref="Block"/>), a set, which are added up at the end: sums do not depend on who computed which block.
/// </remarks>
internal sealed unsafe class ConvolutionStage<TLanes, TActivation, TPooling>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
    where TPooling : struct, IPooling
{
    private readonly ConvolutionShape shape;
    private readonly TActivation activation;
    private readonly int rowsOfFours;
    private readonly int bandRows;
    private readonly bool isSparse;
    private readonly bool isPicked;
    private readonly bool isListed;
    private readonly nint keptOfWindow;
    private readonly AlignedFloats kept;
    private readonly AlignedFloats filtersOfFour;
    private readonly AlignedFloats filtersOfTwo;
    private readonly AlignedFloats patchFilters;
    private readonly AccumulatorSets weightSums;
    private readonly AccumulatorSets biasSums;

    /// <param name="blocks">Blocks of which there may be a way back.</param>
    /// <param name="wholeGradient">The way back reaches the input. It then needs all rows of gradients at once; else two at a time do, and stay in the nearest cache.</param>
    public ConvolutionStage(ConvolutionShape shape, TActivation activation, int blocks, bool wholeGradient)
    {
        this.shape = shape;
        this.activation = activation;
        rowsOfFours = Rows - (Rows % FourRows.Rows);
        bandRows = wholeGradient ? shape.Height : 2;
        isSparse = wholeGradient && TPooling.PassesOne && SparseBack<TLanes, TActivation>.Fits(shape);
        isPicked = !wholeGradient && TPooling.PassesOne && PickedBack<TLanes, TActivation>.Pays;
        isListed = !wholeGradient && TPooling.PassesOne && ListedBack<TLanes, TActivation>.Pays(shape);
        keptOfWindow = TPooling.KeptBytes<TActivation>() * TLanes.Count;
        kept = new AlignedFloats((int)(blocks * KeptBytes / sizeof(float)));
        int values = shape.Outputs * shape.Inputs * ConvolutionShape.Kernel;
        filtersOfFour = new AlignedFloats(FourRows.Points * values);
        filtersOfTwo = new AlignedFloats(rowsOfFours < Rows ? TwoRows.Points * values : 0);
        patchFilters = new AlignedFloats(isSparse ? Patches.PaddedFiltersSize(shape) : 0);
        int sets = Math.Max(1, blocks * TLanes.Count / Block.Samples);
        int setSize = isSparse ? shape.Outputs * Patches.Filter
            : isListed ? ListedBack<TLanes, TActivation>.SetSize(shape)
            : shape.Outputs * shape.FanIn * Block.Samples;
        weightSums = new AccumulatorSets(sets, setSize);
        biasSums = new AccumulatorSets(sets, shape.Outputs * Block.Samples);
    }

    // Rows of outputs that are pooled.
    private int Rows => 2 * shape.PooledHeight;

    private nint KeptBytes => shape.PooledSize * keptOfWindow;

    /// <summary>What a thread needs that computes blocks.</summary>
    public ConvolutionScratch<TLanes, TActivation> NewScratch() => new(shape, activation, bandRows);

    /// <summary>Before the first <see cref="Forward"/> with these weights.</summary>
    /// <param name="weights">Outputs x inputs x 5 x 5.</param>
    public void PrepareForward(float* weights)
    {
        int kernels = shape.Outputs * shape.Inputs;
        FourRows.Filters(weights, kernels, filtersOfFour.First);
        if (rowsOfFours < Rows)
        {
            TwoRows.Filters(weights, kernels, filtersOfTwo.First);
        }
    }

    /// <summary>Before the first <see cref="Back"/> with these weights.</summary>
    /// <inheritdoc cref="PrepareForward"/>
    public void PrepareBack(float* weights)
    {
        if (isSparse)
        {
            SparseBack<TLanes, TActivation>.ToFilters(shape, weights, patchFilters.First);
        }
    }

    /// <param name="input">Planes with their border.</param>
    /// <param name="bias">Of the outputs.</param>
    /// <param name="output">First pooled value of the first channel.</param>
    /// <param name="stride">Floats from one pooled value to the next.</param>
    /// <param name="note">A vector; NaN afterwards where a convolution's output was not finite, unchanged elsewhere.</param>
    public void Forward(ConvolutionScratch<TLanes, TActivation> scratch, int block, float* input, float* bias, float* output, nint stride, float* note)
    {
        byte* keep = (byte*)kept.First + (block * KeptBytes);
        Forward(scratch.Fours, 0, rowsOfFours, filtersOfFour.First, input, bias, keep, output, stride, note);
        if (rowsOfFours < Rows)
        {
            Forward(scratch.Twos, rowsOfFours, Rows, filtersOfTwo.First, input, bias, keep, output, stride, note);
        }
    }

    /// <summary>Of what the way back needs, samples that have one take the first places of the chunk.</summary>
    /// <param name="inputs">Of all blocks.</param>
    public void Keep(KeptSamples samples, float* inputs)
    {
        nint input = (nint)shape.InputSize * TLanes.Count;
        foreach (KeptSamples.Move move in samples.Moves)
        {
            (int fromBlock, int fromLane) = Math.DivRem(move.From, TLanes.Count);
            (int toBlock, int toLane) = Math.DivRem(move.To, TLanes.Count);
            float* from = inputs + (fromBlock * input) + fromLane;
            float* to = inputs + (toBlock * input) + toLane;
            for (nint i = 0; i < input; i += TLanes.Count)
            {
                to[i] = from[i];
            }

            byte* keptFrom = (byte*)kept.First + (fromBlock * KeptBytes);
            byte* keptTo = (byte*)kept.First + (toBlock * KeptBytes);
            for (byte* end = keptFrom + KeptBytes; keptFrom < end; keptFrom += keptOfWindow, keptTo += keptOfWindow)
            {
                TPooling.Move<TLanes, TActivation>(keptFrom, fromLane, keptTo, toLane);
            }
        }
    }

    /// <summary>Forgets what earlier batches left in a set of accumulators.</summary>
    public void Clear(int set)
    {
        weightSums.Clear(set);
        biasSums.Clear(set);
    }

    /// <summary>Adds a block's gradients of weights and biases to its accumulators.</summary>
    /// <param name="samples">Of the block; gradients of lanes beyond them are zeros.</param>
    /// <param name="output">As <see cref="Forward"/> left it.</param>
    /// <param name="gradient">Of the output, laid out like it.</param>
    /// <param name="weights">Outputs x inputs x 5 x 5, those of <see cref="PrepareBack"/>.</param>
    /// <param name="inputGradient">Overwritten, planes like the input; null if it is not wanted.</param>
    public void Back(ConvolutionScratch<TLanes, TActivation> scratch, int block, int samples, float* output, float* gradient, nint stride, float* input, float* weights, float* inputGradient)
    {
        int set = block * TLanes.Count / Block.Samples;
        int accumulator = block * TLanes.Count % Block.Samples;
        byte* keep = (byte*)kept.First + (block * KeptBytes);
        float* biases = biasSums.First(set) + accumulator;
        if (isSparse)
        {
            scratch.Sparse.Add(samples, keep, output, gradient, stride, input, patchFilters.First, inputGradient, weightSums.First(set), biases);
            return;
        }

        if (isListed)
        {
            float* own = weightSums.First(set) + (accumulator * ListedBack<TLanes, TActivation>.SampleSums(shape));
            scratch.Listed.Add(samples, keep, output, gradient, stride, input, own, biases);
            return;
        }

        float* sums = weightSums.First(set) + accumulator;
        if (isPicked)
        {
            scratch.Picked.Add(keep, output, gradient, stride, input, sums, biases);
            return;
        }

        float* band = scratch.Band;
        nint row = (nint)shape.InputWidth * TLanes.Count;
        for (int y = 0; y < shape.Height; y += bandRows)
        {
            for (int pair = 0; pair < bandRows / 2; pair++)
            {
                Unpool(band, (y / 2) + pair, pair, keep, output, gradient, stride, biases);
            }

            ConvolutionWeights.Add<TLanes>(shape, band, bandRows, input + (y * row), sums);
        }

        if (inputGradient != null)
        {
            ConvolutionInputs.All<TLanes>(shape, band, weights, inputGradient);
        }
    }

    /// <summary>Adds sets of accumulators up, and their lanes.</summary>
    /// <param name="sets">Those that blocks were added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sum(int sets, float* weights, float* bias)
    {
        if (isSparse)
        {
            float* sums = weightSums.First(0);
            for (nint i = 0; i < weightSums.Length; i += TLanes.Count)
            {
                weightSums.Sum<TLanes>(sets, i).Store(sums + i);
            }

            SparseBack<TLanes, TActivation>.ToWeights(shape, sums, weights);
        }
        else if (isListed)
        {
            ListedBack<TLanes, TActivation>.ToWeights(shape, weightSums, sets, weights);
        }
        else
        {
            for (int i = 0; i < shape.Outputs * shape.FanIn; i++)
            {
                weights[i] = weightSums.SumOfBlock<TLanes>(sets, i);
            }
        }

        for (int i = 0; i < shape.Outputs; i++)
        {
            bias[i] = biasSums.SumOfBlock<TLanes>(sets, i);
        }
    }

    /// <param name="begin">First row of outputs.</param>
    /// <param name="end">The row behind the last.</param>
    private void Forward<TFiltering>(
        OutputRows<TLanes, TFiltering> rows, int begin, int end, float* filters, float* input, float* bias, byte* keep, float* output, nint stride, float* note)
        where TFiltering : struct, IMinimalFiltering
    {
        nint inputRow = (nint)shape.InputWidth * TLanes.Count;
        for (int y = begin; y < end; y += TFiltering.Rows)
        {
            rows.Turn(input + (y * inputRow));
            for (int x = 0; x < shape.Width; x += rows.Columns)
            {
                for (int channel = 0; channel < shape.Outputs; channel += rows.Channels)
                {
                    rows.Compute(channel, x, filters, bias);
                    int first = (((channel * shape.PooledHeight) + (y / 2)) * shape.PooledWidth) + (x / 2);
                    Pool(rows.Outputs, TFiltering.Rows, rows.Channels, rows.Columns, first, keep, output, stride, note);
                }
            }
        }
    }

    /// <summary>Pooled values of a group of channels and columns.</summary>
    /// <param name="outputs">Rows x channels x columns.</param>
    /// <param name="first">Number of the first of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pool(float* outputs, int rows, int channels, int columns, int first, byte* keep, float* output, nint stride, float* note)
    {
        TActivation function = activation;
        int w = TLanes.Count;
        nint keptOfOne = keptOfWindow;
        int plane = shape.PooledHeight * shape.PooledWidth;
        nint row = (nint)columns * w;
        nint below = row * channels;
        TLanes zero = TLanes.Of(0f);
        TLanes finite = TLanes.Load(note);
        for (; rows > 0; rows -= 2, first += shape.PooledWidth, outputs += below)
        {
            int window = first;
            for (int channel = channels; channel > 0; channel--, window += plane)
            {
                byte* memory = keep + (window * keptOfOne);
                float* to = output + (window * stride);
                for (float* end = outputs + row; outputs < end; outputs += 2 * w, memory += keptOfOne, to += stride)
                {
                    TLanes a = TLanes.Load(outputs);
                    TLanes b = TLanes.Load(outputs + w);
                    TLanes c = TLanes.Load(outputs + below);
                    TLanes d = TLanes.Load(outputs + below + w);

                    // Zero times a finite number is zero; times anything else it is NaN, which stays.
                    finite = TLanes.MultiplyAdd((a + b) + (c + d), zero, finite);
                    TPooling.Pool(function, a, b, c, d, memory).Store(to);
                }
            }
        }

        finite.Store(note);
    }

    /// <summary>Gradients of the convolution's outputs that were pooled to row y, into a pair of rows of a band.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unpool(float* band, int y, int pair, byte* keep, float* output, float* gradient, nint stride, float* biases)
    {
        TActivation function = activation;
        int w = TLanes.Count;
        nint keptOfOne = keptOfWindow;
        nint below = (nint)shape.Width * w;
        for (int channel = 0; channel < shape.Outputs; channel++, biases += Block.Samples)
        {
            nint first = ((channel * shape.PooledHeight) + y) * shape.PooledWidth;
            byte* memory = keep + (first * keptOfOne);
            float* from = gradient + (first * stride);
            float* pooled = output + (first * stride);
            float* to = band + (((channel * bandRows) + (2 * pair)) * below);
            TLanes sum = TLanes.Load(biases);
            for (int x = 0; x < shape.PooledWidth; x++, from += stride, pooled += stride, memory += keptOfOne, to += 2 * w)
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
