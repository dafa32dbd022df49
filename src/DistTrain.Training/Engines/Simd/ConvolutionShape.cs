namespace DistTrain.Training.Engines.Simd;

/// <summary>
/// A 5 x 5 convolution with stride 1 and the 2 x 2 pooling behind it, in numbers. Planes are [y][x] of vectors, so strides in
/// floats are these numbers times the lanes.
/// </summary>
/// <param name="InputHeight">With the padding, which is part of the plane: a border of zeros.</param>
internal sealed record ConvolutionShape(int Inputs, int Outputs, int InputHeight, int InputWidth)
{
    public const int Kernel = 5;

    /// <summary>Taps of one input plane.</summary>
    public const int Taps = Kernel * Kernel;

    public int Height => InputHeight - Kernel + 1;

    public int Width => InputWidth - Kernel + 1;

    public int PooledHeight => Height / 2;

    public int PooledWidth => Width / 2;

    /// <summary>Weights of one output.</summary>
    public int FanIn => Inputs * Taps;

    public int InputSize => Inputs * InputHeight * InputWidth;

    public int PooledSize => Outputs * PooledHeight * PooledWidth;
}
