using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The way back through a convolution behind which maxima were taken. Three of four gradients are zeros then, and with ReLU more:
/// instead of multiplying by them, each sample's others are found, and each goes to its patch.
/// </summary>
/// <remarks>Weights are summed sample by sample, so the order of additions does not depend on the lanes.</remarks>
internal sealed unsafe class SparseBack<TLanes, TActivation>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    private readonly ConvolutionShape shape;
    private readonly TActivation activation;
    private readonly Survivors survivors;
    private readonly AlignedFloats filterOffsets;

    // One image a lane: the input's pixels, and their gradients; and one sample's strips.
    private readonly int imageSize;
    private readonly AlignedFloats images;
    private readonly AlignedFloats imageGradients;
    private readonly AlignedFloats strips;

    // What is left of the pooled gradients, and which of a window was largest: [output][window] of vectors; then [lane][window][output].
    private readonly AlignedFloats gradients;
    private readonly AlignedFloats which;
    private readonly AlignedFloats sampleGradients;
    private readonly AlignedFloats sampleWhich;

    public SparseBack(ConvolutionShape shape, TActivation activation)
    {
        this.shape = shape;
        this.activation = activation;
        survivors = new Survivors(shape);
        filterOffsets = Patches.FilterOffsets(shape);
        imageSize = Patches.ImageSize(shape);
        images = new AlignedFloats(imageSize * TLanes.Count);
        imageGradients = new AlignedFloats(imageSize * TLanes.Count);
        strips = new AlignedFloats(Patches.StripsSize(shape));
        gradients = new AlignedFloats(shape.PooledSize * TLanes.Count);
        which = new AlignedFloats(shape.PooledSize * TLanes.Count);
        sampleGradients = new AlignedFloats(shape.PooledSize * TLanes.Count);
        sampleWhich = new AlignedFloats(shape.PooledSize * TLanes.Count);
    }

    public static bool Fits(ConvolutionShape shape) => Patches.Fits(shape) && Survivors.Fits(shape);

    /// <summary>Weights become filters of patches, before the way back with them.</summary>
    /// <param name="from">outputs x inputs x 5 x 5.</param>
    /// <param name="to">Zeros, or earlier filters: <see cref="Patches.PaddedFiltersSize"/>.</param>
    public static void ToFilters(ConvolutionShape shape, float* from, float* to)
    {
        for (int output = 0; output < shape.Outputs; output++, from += shape.FanIn)
        {
            to += Patches.Row;
            for (int row = 0; row < ConvolutionShape.Taps; row += ConvolutionShape.Kernel, to += Patches.Row)
            {
                Transposition.Copy(from + row, ConvolutionShape.Taps, to, shape.Inputs, shape.Inputs, ConvolutionShape.Kernel);
            }
        }
    }

    /// <summary>The other way round, for the sums of the weights' gradients.</summary>
    /// <param name="from">outputs x <see cref="Patches.Filter"/>.</param>
    /// <param name="to">outputs x inputs x 5 x 5.</param>
    public static void ToWeights(ConvolutionShape shape, float* from, float* to)
    {
        for (int output = 0; output < shape.Outputs; output++, to += shape.FanIn)
        {
            for (int row = 0; row < ConvolutionShape.Taps; row += ConvolutionShape.Kernel, from += Patches.Row)
            {
                Transposition.Copy(from, shape.Inputs, to + row, ConvolutionShape.Taps, ConvolutionShape.Kernel, shape.Inputs);
            }
        }
    }

    /// <inheritdoc cref="ConvolutionStage{TLanes, TActivation, TPooling}.Back"/>
    /// <param name="kept">Of <see cref="MaximumPooling"/>.</param>
    /// <param name="pooled">The stage's output, laid out like the gradient.</param>
    /// <param name="filters">The weights, by <see cref="ToFilters"/>.</param>
    /// <param name="sums">Of the filters' gradients; added to.</param>
    /// <param name="biases">Accumulators for the first lane.</param>
    public void Add(int samples, byte* kept, float* pooled, float* gradient, nint stride, float* input, float* filters, float* inputGradient, float* sums, float* biases)
    {
        Activate(kept, pooled, gradient, stride, biases);
        BySample(gradients.First, sampleGradients.First);
        BySample(which.First, sampleWhich.First);
        int pixels = shape.InputHeight * shape.InputWidth;
        Pixels.FromPlanes(input, shape.Inputs, pixels, TLanes.Count, images.First, imageSize);
        imageGradients.Values.Clear();
        for (int lane = 0; lane < samples; lane++)
        {
            AddSample(lane, filters, sums);
        }

        Pixels.ToPlanes(imageGradients.First, imageSize, shape.Inputs, pixels, TLanes.Count, inputGradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(byte* kept, float* pooled, float* gradient, nint stride, float* biases)
    {
        TActivation function = activation;
        int windows = shape.PooledHeight * shape.PooledWidth;
        int keptOfWindow = MaximumPooling.KeptBytes<TActivation>() * TLanes.Count;
        float* to = gradients.First;
        float* largest = which.First;
        for (int output = 0; output < shape.Outputs; output++, biases += Block.Samples)
        {
            TLanes sum = TLanes.Load(biases);
            for (int window = 0; window < windows; window++, kept += keptOfWindow, pooled += stride, gradient += stride, to += TLanes.Count, largest += TLanes.Count)
            {
                TLanes inner = MaximumPooling.Inner(function, TLanes.Load(gradient), TLanes.Load(pooled), kept);
                inner.Store(to);
                TLanes.LoadBytes(kept).Store(largest);
                sum += inner;
            }

            sum.Store(biases);
        }
    }

    /// <summary>Vectors of outputs x windows become lanes x windows x outputs.</summary>
    private void BySample(float* vectors, float* samples)
    {
        int windows = shape.PooledHeight * shape.PooledWidth;
        for (int window = 0; window < windows; window++, vectors += TLanes.Count, samples += shape.Outputs)
        {
            Transposition.Copy(vectors, windows * TLanes.Count, samples, shape.PooledSize, shape.Outputs, TLanes.Count);
        }
    }

    private void AddSample(int lane, float* filters, float* sums)
    {
        float* own = sampleGradients.First + (lane * shape.PooledSize);
        Patches.ToStrips(shape, images.First + (lane * imageSize), strips.First);
        survivors.Find(own, sampleWhich.First + (lane * shape.PooledSize));
        Patches.AddToFilters(shape, strips.First, survivors.Windows, survivors.Patches, own, sums);
        Patches.AddToImage(shape, imageGradients.First + (lane * imageSize), survivors.Outputs, own, filters, (int*)filterOffsets.First);
    }
}
