using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Gradients of a convolution's weights from one sample's <see cref="WindowLists"/>: a vector holds a row of five taps and three floats that nobody asks for. The sums of
/// two outputs stay in registers, ten of sixteen, so that additions do not wait for each other.
/// </summary>
/// <remarks>
/// A row of an image is there twice, from column 0 and from column 8 on, each aligned to a cache line: one of the two has a window's inputs in one line.
/// </remarks>
internal static unsafe class ListedWeights
{
    /// <summary>Floats of a row of taps.</summary>
    public const int Row = 8;

    /// <summary>Floats of an output's taps.</summary>
    public const int Filter = ConvolutionShape.Kernel * Row;

    /// <summary>Floats from one row of an image to the next.</summary>
    public const int Pitch = 2 * Columns;

    private const int Columns = 32;

    // Floats of a cache line. Images are a line more than a power of two apart, or their rows would meet in the nearest cache.
    private const int Line = 16;

    public static bool Fits(ConvolutionShape shape) => shape.Inputs == 1 && shape.InputWidth == Columns && shape.Outputs % 2 == 0;

    /// <summary>Floats of an image.</summary>
    public static int ImageSize(ConvolutionShape shape) => (shape.InputHeight * Pitch) + Line;

    /// <summary>Where the inputs begin that a window meets, if its upper left was largest. To the right, and a <see cref="Pitch"/> further on, are those of the others.</summary>
    /// <param name="x">An even number.</param>
    public static int Position(int y, int x) => (y * Pitch) + (x % Line < Line / 2 ? x : x + Columns - (Line / 2));

    /// <summary>Writes eight images.</summary>
    /// <param name="plane">Rows x columns x 8 samples.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToImages(ConvolutionShape shape, float* plane, float* images)
    {
        int size = ImageSize(shape);
        for (int y = 0; y < shape.InputHeight; y++, plane += Columns * WindowLists.Samples, images += Pitch)
        {
            Transposition.Copy(plane, WindowLists.Samples, images, size, Columns, WindowLists.Samples);
            float* row = images;
            for (int sample = 0; sample < WindowLists.Samples; sample++, row += size)
            {
                for (int x = Line / 2; x < Columns; x += EightLanes.Count)
                {
                    EightLanes.Load(row + x).Store(row + Columns - (Line / 2) + x);
                }
            }
        }
    }

    /// <summary>Adds gradients times inputs to the sums of two outputs.</summary>
    /// <param name="sums">2 x <see cref="Filter"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* image, WindowList first, WindowList second, float* sums)
    {
        var a = Five<EightLanes>.Load(sums, Row);
        var b = Five<EightLanes>.Load(sums + Filter, Row);
        nint both = Math.Min(first.Count, second.Count);
        nint i = 0;
        for (; i < both; i++)
        {
            a = Add(image, first, i, a);
            b = Add(image, second, i, b);
        }

        for (nint rest = i; rest < first.Count; rest++)
        {
            a = Add(image, first, rest, a);
        }

        for (nint rest = i; rest < second.Count; rest++)
        {
            b = Add(image, second, rest, b);
        }

        a.Store(sums, Row);
        b.Store(sums + Filter, Row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Five<EightLanes> Add(float* image, WindowList list, nint window, Five<EightLanes> sums) =>
        Five<EightLanes>.MultiplyAdd(EightLanes.Of(list.Gradients[window]), image + list.Positions[window], Pitch, sums);
}
