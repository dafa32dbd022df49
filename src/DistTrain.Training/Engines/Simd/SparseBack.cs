using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The way back through a convolution behind which maxima were taken. Three of four gradients are zeros then, and with ReLU more:
/// instead of multiplying by them, each sample's others are listed, and each goes to its patch.
/// </summary>
/// <remarks>Weights are summed sample by sample, so the order of additions does not depend on the lanes.</remarks>
internal sealed unsafe class SparseBack<TLanes, TActivation>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    private readonly ConvolutionShape shape;
    private readonly TActivation activation;
    private readonly int imageSize;
    private readonly int[] windowOffsets;

    // One image a lane: the input's pixels, and their gradients.
    private readonly AlignedFloats images;
    private readonly AlignedFloats imageGradients;

    // [output][5 x 5][channel]
    private readonly AlignedFloats weights;
    private readonly AlignedFloats sums;

    // What is left of the pooled gradients, [output][window] of vectors, and one sample's list for one output.
    private readonly AlignedFloats gradients;
    private readonly AlignedFloats listed;
    private readonly AlignedFloats offsets;

    public SparseBack(ConvolutionShape shape, TActivation activation)
    {
        this.shape = shape;
        this.activation = activation;
        imageSize = shape.InputHeight * shape.InputWidth * Patches.Channels;
        images = new AlignedFloats(imageSize * TLanes.Count);
        imageGradients = new AlignedFloats(imageSize * TLanes.Count);
        weights = new AlignedFloats(shape.Outputs * ConvolutionShape.Taps * Patches.Channels);
        sums = new AlignedFloats(shape.Outputs * ConvolutionShape.Taps * Patches.Channels);
        gradients = new AlignedFloats(shape.PooledSize * TLanes.Count);
        int windows = shape.PooledHeight * shape.PooledWidth;
        listed = new AlignedFloats(windows + 1);
        offsets = new AlignedFloats(windows + 1);

        // By which of the four was largest, and then by window.
        windowOffsets = new int[4 * windows];
        for (int i = 0; i < windowOffsets.Length; i++)
        {
            (int which, int window) = (i / windows, i % windows);
            int y = (2 * (window / shape.PooledWidth)) + (which / 2);
            int x = (2 * (window % shape.PooledWidth)) + (which % 2);
            windowOffsets[i] = ((y * shape.InputWidth) + x) * Patches.Channels;
        }
    }

    public static bool Fits(ConvolutionShape shape) => shape.Inputs <= Patches.Channels;

    public void Clear() => sums.Values.Clear();

    /// <summary>Before the first block of a chunk.</summary>
    /// <param name="from">outputs x inputs x 5 x 5.</param>
    public void Load(float* from)
    {
        for (int i = 0; i < shape.Outputs * shape.FanIn; i++)
        {
            weights.First[ChannelLast(i)] = from[i];
        }
    }

    /// <inheritdoc cref="ConvolutionStage{TLanes, TActivation, TPooling}.Back"/>
    /// <param name="kept">Of <see cref="MaximumPooling"/>.</param>
    /// <param name="biases">Accumulators for the first lane.</param>
    public void Add(float* kept, float* gradient, nint stride, float* input, float* inputGradient, float* biases)
    {
        Activate(kept, gradient, stride, biases);
        int pixels = shape.InputHeight * shape.InputWidth;
        for (int lane = 0; lane < TLanes.Count; lane++)
        {
            float* image = images.First + ((nint)lane * imageSize);
            Transposition.Copy(input + lane, TLanes.Count, pixels, image, Patches.Channels, shape.Inputs);
            AddSample(kept, lane, image, imageGradients.First + ((nint)lane * imageSize));
        }

        for (int lane = 0; lane < TLanes.Count; lane++)
        {
            Transposition.CopyBack(imageGradients.First + ((nint)lane * imageSize), Patches.Channels, pixels, inputGradient + lane, TLanes.Count, shape.Inputs);
        }
    }

    /// <summary>Writes the weights' gradients, outputs x inputs x 5 x 5.</summary>
    public void Sum(float* to)
    {
        for (int i = 0; i < shape.Outputs * shape.FanIn; i++)
        {
            to[i] = sums.First[ChannelLast(i)];
        }
    }

    private int ChannelLast(int index)
    {
        (int output, int rest) = (index / shape.FanIn, index % shape.FanIn);
        (int channel, int tap) = (rest / ConvolutionShape.Taps, rest % ConvolutionShape.Taps);
        return (((output * ConvolutionShape.Taps) + tap) * Patches.Channels) + channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(float* kept, float* gradient, nint stride, float* biases)
    {
        TActivation function = activation;
        int windows = shape.PooledHeight * shape.PooledWidth;
        float* to = gradients.First;
        for (int output = 0; output < shape.Outputs; output++, biases += Block.Samples)
        {
            TLanes sum = TLanes.Load(biases);
            for (int window = 0; window < windows; window++, kept += 2 * TLanes.Count, gradient += stride, to += TLanes.Count)
            {
                TLanes inner = function.Back(TLanes.Load(gradient), TLanes.Load(kept));
                inner.Store(to);
                sum += inner;
            }

            sum.Store(biases);
        }
    }

    private void AddSample(float* kept, int lane, float* image, float* imageGradient)
    {
        int windows = shape.PooledHeight * shape.PooledWidth;
        nint row = (nint)shape.InputWidth * Patches.Channels;
        int* places = (int*)offsets.First;
        new Span<float>(imageGradient, imageSize).Clear();
        for (int output = 0; output < shape.Outputs; output++)
        {
            nint first = (nint)output * windows * TLanes.Count;
            int count = List(kept + (2 * first) + TLanes.Count + lane, gradients.First + first + lane, windows, places);
            nint filter = (nint)output * ConvolutionShape.Taps * Patches.Channels;
            Patches.AddToWeights(image, row, places, listed.First, count, sums.First + filter);
            Patches.AddToImage(imageGradient, row, places, listed.First, count, weights.First + filter);
        }
    }

    /// <summary>One output's gradients of one sample that are not zero, and their patches. </summary>
    /// <remarks>Every gradient is written, and the place kept only if it is not zero: a branch would be guessed wrong too often.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int List(float* which, float* from, int windows, int* places)
    {
        int count = 0;
        float* values = listed.First;
        fixed (int* table = windowOffsets)
        {
            for (int window = 0; window < windows; window++, which += 2 * TLanes.Count, from += TLanes.Count)
            {
                values[count] = *from;
                places[count] = table[(float.ConvertToIntegerNative<int>(*which) * windows) + window];

                // The bits without the sign: either they or their negative are below zero, unless they are zero.
                int bits = *(int*)from << 1;
                count += (bits | -bits) >>> 31;
            }
        }

        return count;
    }
}
