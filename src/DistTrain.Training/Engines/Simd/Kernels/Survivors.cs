using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Which of one sample's pooled gradients are not zero: for each output of a convolution the windows, and for each column of a row of windows the
/// outputs, those of the upper position first. A set is a word, with a bit for each that is in it. NaN is not zero.
/// </summary>
internal sealed unsafe class Survivors
{
    /// <summary>Outputs that may be; a position's take so many bits.</summary>
    public const int MostOutputs = 16;

    // Outputs that are looked at together.
    private const int Together = 8;

    private readonly ConvolutionShape shape;
    private readonly AlignedFloats windows;
    private readonly AlignedFloats patches;
    private readonly AlignedFloats outputs;

    public Survivors(ConvolutionShape shape)
    {
        this.shape = shape;
        windows = new AlignedFloats(shape.Outputs);
        patches = new AlignedFloats(shape.PooledSize);
        outputs = new AlignedFloats(shape.PooledHeight * shape.Width);
    }

    /// <summary>Of each output.</summary>
    public uint* Windows => (uint*)windows.First;

    /// <summary>Where the patch of each gradient begins within its image's strips, window x outputs.</summary>
    public int* Patches => (int*)patches.First;

    /// <summary>Of each column's two positions in a row of windows, columns x rows of windows: output n of the upper one is bit n, of the lower one bit n + <see cref="MostOutputs"/>.</summary>
    public uint* Outputs => (uint*)outputs.First;

    /// <summary>The sets have a bit for each window, and for each output.</summary>
    public static bool Fits(ConvolutionShape shape) =>
        shape.Outputs % Together == 0 && shape.Outputs <= MostOutputs && shape.PooledHeight * shape.PooledWidth <= 32;

    /// <param name="gradients">Windows x outputs.</param>
    /// <param name="which">Which of the window's four was largest, laid out alike.</param>
    public void Find(float* gradients, float* which)
    {
        outputs.Values.Clear();
        for (int output = 0; output < shape.Outputs; output += Together)
        {
            Find(gradients, which, output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Find(float* gradients, float* which, int first)
    {
        Vector256<int> zero = Vector256<int>.Zero, one = Vector256<int>.One, two = one + one, three = two + one;
        Vector256<int> below = Vector256.Create(Kernels.Patches.Row);
        Vector256<int> right = Vector256.Create(Kernels.Patches.StripSize(shape));
        Vector256<int> alive = zero;
        Vector256<int> bit = one;
        nint column = shape.PooledHeight;
        nint index = first;
        for (int y = 0; y < shape.PooledHeight; y++)
        {
            uint* pair = Outputs + y;
            Vector256<int> start = Vector256.Create(2 * y * Kernels.Patches.Row);
            for (int x = 0; x < shape.PooledWidth; x++, pair += 2 * column, index += shape.Outputs)
            {
                Vector256<int> code = Vector256.ConvertToInt32Native(Vector256.Load(which + index));
                Vector256<int> survives = ~Vector256.Equals(Vector256.Load(gradients + index), Vector256<float>.Zero).AsInt32();
                Vector256<int> odd = Vector256.Equals(code & one, one);
                Vector256<int> lower = Vector256.GreaterThan(code, one);
                (start + (odd & right) + (lower & below)).Store(Patches + index);
                alive |= survives & bit;
                bit += bit;
                start += right + right;
                pair[0] |= (Bits(Vector256.Equals(code, zero) & survives) | (Bits(Vector256.Equals(code, two) & survives) << MostOutputs)) << first;
                pair[column] |= (Bits(Vector256.Equals(code, one) & survives) | (Bits(Vector256.Equals(code, three) & survives) << MostOutputs)) << first;
            }
        }

        alive.Store((int*)Windows + first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Vector256<int> mask) => mask.ExtractMostSignificantBits();
}
