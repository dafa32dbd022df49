using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The way back to the weights of a convolution behind which maxima were taken, and whose input's gradient nobody wants, with sixteen registers:
/// sample by sample, each window's one gradient times the 5 x 5 inputs that it meets. That takes five multiply-adds of eight lanes, five of them used;
/// four gradients a window, three of them zeros, take a hundred for eight samples.
/// </summary>
/// <remarks>
/// The bits are those of <see cref="ConvolutionWeights"/> and <see cref="PickedBack{TLanes, TActivation}"/>: a sample adds to accumulators of its own, window by window in the same order. (Only a zero that came of an underflow may have another sign; <see cref="Block.Sum"/> makes nothing of it.)
/// </remarks>
internal sealed unsafe class ListedBack<TLanes, TActivation>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    private readonly ConvolutionShape shape;
    private readonly TActivation activation;
    private readonly int windows;
    private readonly WindowLists lists;

    // One output's windows, and which of each was largest: [window][sample].
    private readonly AlignedFloats gradients;
    private readonly AlignedFloats which;

    // One a sample.
    private readonly AlignedFloats images;

    public ListedBack(ConvolutionShape shape, TActivation activation)
    {
        this.shape = shape;
        this.activation = activation;
        windows = shape.PooledHeight * shape.PooledWidth;
        lists = new WindowLists(shape);
        gradients = new AlignedFloats(lists.Room * TLanes.Count);
        which = new AlignedFloats(lists.Room * TLanes.Count / sizeof(float));
        images = new AlignedFloats(ListedWeights.ImageSize(shape) * TLanes.Count);
    }

    /// <summary>With thirty-two registers there is <see cref="PickedBack{TLanes, TActivation}"/>, beside which it was not measured.</summary>
    public static bool Pays(ConvolutionShape shape) =>
        Avx2.IsSupported && TLanes.Count == WindowLists.Samples && TLanes.Registers < 32 && ListedWeights.Fits(shape);

    /// <summary>Floats of one sample's accumulators: outputs x 5 x 8.</summary>
    public static int SampleSums(ConvolutionShape shape) => shape.Outputs * ListedWeights.Filter;

    /// <summary>Floats of a set of accumulators: samples of a <see cref="Block"/> x <see cref="SampleSums"/>.</summary>
    public static int SetSize(ConvolutionShape shape) => Block.Samples * SampleSums(shape);

    /// <summary>Adds sets of accumulators up, and their samples.</summary>
    /// <param name="count">Sets that samples were added to.</param>
    /// <param name="weights">outputs x 5 x 5.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToWeights(ConvolutionShape shape, AccumulatorSets sets, int count, float* weights)
    {
        const int Room = Block.Samples * ListedWeights.Row;
        float* rows = stackalloc float[Room];
        for (int at = 0; at < SampleSums(shape); at += ListedWeights.Row, weights += ConvolutionShape.Kernel)
        {
            for (int sample = 0; sample < Block.Samples; sample++)
            {
                sets.Sum<EightLanes>(count, ((nint)sample * SampleSums(shape)) + at).Store(rows + (sample * ListedWeights.Row));
            }

            Block.Sum<EightLanes>(rows).Store(rows);
            new ReadOnlySpan<float>(rows, ConvolutionShape.Kernel).CopyTo(new Span<float>(weights, ConvolutionShape.Kernel));
        }
    }

    /// <inheritdoc cref="ConvolutionStage{TLanes, TActivation, TPooling}.Back"/>
    /// <param name="count">Samples of the block.</param>
    /// <param name="kept">Of <see cref="MaximumPooling"/>.</param>
    /// <param name="pooled">The stage's output, laid out like the gradient.</param>
    /// <param name="sums">Accumulators for the first lane's sample; those of the others follow. What lies beside a row of five taps adds up too, and is nobody's.</param>
    /// <param name="biases">Accumulators for the first lane.</param>
    public void Add(int count, byte* kept, float* pooled, float* gradient, nint stride, float* input, float* sums, float* biases)
    {
        lists.Clear();
        nint keptOfOutput = (nint)windows * MaximumPooling.KeptBytes<TActivation>() * TLanes.Count;
        for (int output = 0; output < shape.Outputs; output++, kept += keptOfOutput, pooled += windows * stride, gradient += windows * stride)
        {
            Activate(kept, pooled, gradient, stride, biases + (output * Block.Samples));
            lists.Append(output, gradients.First, (byte*)which.First);
        }

        ListedWeights.ToImages(shape, input, images.First);
        for (int sample = 0; sample < count; sample++, sums += SampleSums(shape))
        {
            float* image = images.First + (sample * ListedWeights.ImageSize(shape));
            for (int output = 0; output < shape.Outputs; output += 2)
            {
                ListedWeights.Add(image, lists.Of(sample, output), lists.Of(sample, output + 1), sums + (output * ListedWeights.Filter));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(byte* kept, float* pooled, float* gradient, nint stride, float* bias)
    {
        // What is called comes before the sum: over a call no vector stays in a register.
        TActivation function = activation;
        int keptOfWindow = MaximumPooling.KeptBytes<TActivation>() * TLanes.Count;
        float* to = gradients.First;
        byte* largest = (byte*)which.First;
        float* end = to + (windows * TLanes.Count);
        TLanes sum = TLanes.Load(bias);
        for (; to < end; kept += keptOfWindow, pooled += stride, gradient += stride, to += TLanes.Count, largest += TLanes.Count)
        {
            TLanes inner = MaximumPooling.Inner(function, TLanes.Load(gradient), TLanes.Load(pooled), kept);
            inner.Store(to);
            *(ulong*)largest = *(ulong*)kept;
            sum += inner;
        }

        sum.Store(bias);
    }
}
