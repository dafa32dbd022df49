using DistTrain.Training.Engines.Simd.Kernels;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// A convolution's outputs, some rows at a time, and of those a group of channels and columns at a time, which the nearest cache holds until it is pooled.
/// </summary>
internal sealed unsafe class OutputRows<TLanes, TFiltering>
    where TLanes : struct, ILanes<TLanes>
    where TFiltering : struct, IMinimalFiltering
{
    private readonly ConvolutionShape shape;
    private readonly AlignedFloats inputs;
    private readonly AlignedFloats outputs;

    public OutputRows(ConvolutionShape shape)
    {
        this.shape = shape;
        Channels = ConvolutionForward.Channels<TLanes, TFiltering>(shape);
        Columns = ConvolutionForward.Columns<TLanes, TFiltering>(shape);
        inputs = new AlignedFloats(TFiltering.Points * shape.Inputs * shape.InputWidth * TLanes.Count);
        outputs = new AlignedFloats(TFiltering.Points * Channels * Columns * TLanes.Count);
    }

    /// <summary>Channels of a group.</summary>
    public int Channels { get; }

    /// <summary>Columns of a group.</summary>
    public int Columns { get; }

    /// <summary>The group's: rows x channels x columns.</summary>
    public float* Outputs => outputs.First;

    /// <summary>Turns to other rows.</summary>
    /// <param name="input">The uppermost of those under them, of the first plane.</param>
    public void Turn(float* input) => TFiltering.Inputs<TLanes>(shape, input, inputs.First);

    /// <summary>Computes a group.</summary>
    /// <param name="filters">Of all channels, by <see cref="IMinimalFiltering.Filters"/>.</param>
    /// <param name="bias">Of all channels.</param>
    public void Compute(int firstChannel, int firstColumn, float* filters, float* bias) =>
        ConvolutionForward.Rows<TLanes, TFiltering>(
            shape, inputs.First + (firstColumn * TLanes.Count), filters + (firstChannel * shape.Inputs * ConvolutionShape.Kernel), bias + firstChannel, outputs.First);
}
