using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Winograd's minimal filtering F(m, 5) down the columns: m outputs of a filter with five taps by m + 4 products in place of 5 m. Inputs and taps become values of polynomials at
/// m + 4 points, infinity among them; products of those are values of the polynomials' product, and of them come the outputs.
/// </summary>
/// <remarks>
/// After A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015. The points are 1 and -1, 2 and -2, ..., 0, infinity, in this order. A product at 1 goes into
/// each output as it is, so what is added to it, the bias, is added to all outputs. Where all rows of inputs are equal, values at all points but 1 are zeros, exactly, and outputs are equal to the last
/// bit. Where only those under a window of pooling are, outputs that are equal by the definition may be told apart by their rounding.
/// </remarks>
internal unsafe interface IMinimalFiltering
{
    static abstract int Points { get; }

    /// <summary>Rows of outputs, an even number.</summary>
    static abstract int Rows { get; }

    /// <summary>Values of kernels.</summary>
    /// <param name="kernels">Of 5 x 5, one behind the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="values">Points x kernels x 5.</param>
    static abstract void Filters(float* kernels, int count, float* values);

    /// <summary>Values of <see cref="Rows"/> + 4 rows of inputs.</summary>
    /// <param name="input">Uppermost row, first plane.</param>
    /// <param name="values">Points x inputs x columns.</param>
    static abstract void Inputs<TLanes>(ConvolutionShape shape, float* input, float* values)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>Replaces products at the first points by outputs, from the uppermost row on.</summary>
    /// <param name="products">Points x any number.</param>
    /// <param name="point">Floats of a point.</param>
    static abstract void Outputs<TLanes>(float* products, nint point)
        where TLanes : struct, ILanes<TLanes>;
}
