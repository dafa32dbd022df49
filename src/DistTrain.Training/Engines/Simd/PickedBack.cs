using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// The way back to the weights of a convolution behind which maxima were taken, and whose input's gradient nobody wants. Every window has
/// one gradient instead of four: <see cref="PickedWeights"/> picks the inputs that it meets.
/// </summary>
internal sealed unsafe class PickedBack<TLanes, TActivation>
    where TLanes : struct, ILanes<TLanes>
    where TActivation : struct, IActivation
{
    // Rows of windows that are looked at together: what they pick by stays in the nearest cache.
    private const int Band = 7;

    private readonly ConvolutionShape shape;
    private readonly TActivation activation;
    private readonly AlignedFloats windows;

    public PickedBack(ConvolutionShape shape, TActivation activation)
    {
        this.shape = shape;
        this.activation = activation;
        windows = new AlignedFloats(Band * shape.PooledWidth * PickedWeights.WindowVectors * TLanes.Count);
    }

    private static int KeptOfWindow => MaximumPooling.KeptBytes<TActivation>() * TLanes.Count;

    /// <summary>Sums and inputs of two rows take most of thirty-two registers; with sixteen it does not pay.</summary>
    public static bool Pays => TLanes.Registers >= 32;

    /// <inheritdoc cref="ConvolutionStage{TLanes, TActivation, TPooling}.Back"/>
    /// <param name="kept">Of <see cref="MaximumPooling"/>.</param>
    /// <param name="pooled">The stage's output, laid out like the gradient.</param>
    /// <param name="sums">Accumulators for the first lane: outputs x inputs x 5 x 5, a <see cref="Block"/> each.</param>
    /// <param name="biases">Accumulators for the first lane.</param>
    public void Add(byte* kept, float* pooled, float* gradient, nint stride, float* input, float* sums, float* biases)
    {
        nint row = (nint)shape.InputWidth * TLanes.Count;
        for (int y = 0; y < shape.PooledHeight; y += Band)
        {
            int rows = Math.Min(Band, shape.PooledHeight - y);
            for (int output = 0; output < shape.Outputs; output++)
            {
                nint first = ((output * shape.PooledHeight) + y) * shape.PooledWidth;
                nint offset = first * stride;
                Activate(kept + (first * KeptOfWindow), pooled + offset, gradient + offset, stride, rows * shape.PooledWidth, biases + (output * Block.Samples));
                for (int plane = 0; plane < shape.Inputs; plane++)
                {
                    float* under = input + (((plane * shape.InputHeight) + (2 * y)) * row);
                    float* taps = sums + (((output * shape.Inputs) + plane) * ConvolutionShape.Taps * Block.Samples);
                    PickedWeights.Add<TLanes>(windows.First, rows, shape.PooledWidth, under, row, taps);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(byte* kept, float* pooled, float* gradient, nint stride, int count, float* bias)
    {
        // What is called comes before the sum: over a call no vector stays in a register.
        TActivation function = activation;
        int keptOfWindow = KeptOfWindow;
        float* to = windows.First;
        TLanes sum = TLanes.Load(bias);
        for (; count > 0; count--, kept += keptOfWindow, pooled += stride, gradient += stride, to += PickedWeights.WindowVectors * TLanes.Count)
        {
            TLanes inner = MaximumPooling.Inner(function, TLanes.Load(gradient), TLanes.Load(pooled), kept);
            PickedWeights.StoreWindow(inner, TLanes.LoadBytes(kept), to);
            sum += inner;
        }

        sum.Store(bias);
    }
}
