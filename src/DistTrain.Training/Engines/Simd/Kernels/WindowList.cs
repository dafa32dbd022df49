namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>Windows with a gradient, of one sample and one output of a convolution.</summary>
/// <param name="count">How many.</param>
/// <param name="gradients">Of each.</param>
/// <param name="positions">Where the inputs begin that each meets, <see cref="ListedWeights.Position"/>.</param>
internal readonly unsafe struct WindowList(int count, float* gradients, int* positions)
{
    public readonly nint Count = count;
    public readonly float* Gradients = gradients;
    public readonly int* Positions = positions;
}
