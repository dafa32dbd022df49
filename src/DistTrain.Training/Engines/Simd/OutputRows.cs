using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// A convolution's outputs, a pair of rows at a time, and of a pair a group of channels and columns at a time, which the nearest cache holds until it is pooled.
/// </summary>
internal sealed unsafe class OutputRows<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly ConvolutionShape shape;
    private readonly AlignedFloats inputs;
    private readonly AlignedFloats outputs;

    public OutputRows(ConvolutionShape shape)
    {
        this.shape = shape;
        Channels = ConvolutionForward.Channels<TLanes>(shape);
        Columns = ConvolutionForward.Columns<TLanes>(shape);
        inputs = new AlignedFloats(Winograd.Points * shape.Inputs * shape.InputWidth * TLanes.Count);
        outputs = new AlignedFloats(Winograd.Points * Channels * Columns * TLanes.Count);
    }

    /// <summary>Channels of a group.</summary>
    public int Channels { get; }

    /// <summary>Columns of a group.</summary>
    public int Columns { get; }

    /// <summary>The group's outputs in the upper row: channels x columns.</summary>
    public float* Upper => outputs.First;

    /// <summary>Those in the lower row.</summary>
    public float* Lower => outputs.First + ((nint)Channels * Columns * TLanes.Count);

    /// <summary>Turns to a pair of rows.</summary>
    /// <param name="input">The uppermost of the six rows under them, of the first plane.</param>
    public void Turn(float* input) => Winograd.Inputs<TLanes>(shape, input, inputs.First);

    /// <summary>Computes a group.</summary>
    /// <param name="filters">Of all channels, by <see cref="Winograd.Filters"/>.</param>
    /// <param name="bias">Of all channels.</param>
    public void Compute(int firstChannel, int firstColumn, float* filters, float* bias) =>
        ConvolutionForward.Rows<TLanes>(
            shape, inputs.First + (firstColumn * TLanes.Count), filters + (firstChannel * shape.Inputs * ConvolutionShape.Kernel), bias + firstChannel, outputs.First);
}
