using System.Runtime.CompilerServices;
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
        float* sums2 = sums + Filter;
        EightLanes a0 = EightLanes.Load(sums), a1 = EightLanes.Load(sums + Row), a2 = EightLanes.Load(sums + (2 * Row)), a3 = EightLanes.Load(sums + (3 * Row)), a4 = EightLanes.Load(sums + (4 * Row));
        EightLanes b0 = EightLanes.Load(sums2), b1 = EightLanes.Load(sums2 + Row), b2 = EightLanes.Load(sums2 + (2 * Row)), b3 = EightLanes.Load(sums2 + (3 * Row)), b4 = EightLanes.Load(sums2 + (4 * Row));
        float* gradients = first.Gradients;
        float* gradients2 = second.Gradients;
        int* positions = first.Positions;
        int* positions2 = second.Positions;
        nint count = first.Count;
        nint count2 = second.Count;
        nint both = Math.Min(count, count2);
        nint i = 0;
        for (; i < both; i++)
        {
            float* under = image + positions[i];
            var g = EightLanes.Of(gradients[i]);
            a0 = EightLanes.MultiplyAdd(g, under, a0);
            a1 = EightLanes.MultiplyAdd(g, under + Pitch, a1);
            a2 = EightLanes.MultiplyAdd(g, under + (2 * Pitch), a2);
            a3 = EightLanes.MultiplyAdd(g, under + (3 * Pitch), a3);
            a4 = EightLanes.MultiplyAdd(g, under + (4 * Pitch), a4);
            under = image + positions2[i];
            g = EightLanes.Of(gradients2[i]);
            b0 = EightLanes.MultiplyAdd(g, under, b0);
            b1 = EightLanes.MultiplyAdd(g, under + Pitch, b1);
            b2 = EightLanes.MultiplyAdd(g, under + (2 * Pitch), b2);
            b3 = EightLanes.MultiplyAdd(g, under + (3 * Pitch), b3);
            b4 = EightLanes.MultiplyAdd(g, under + (4 * Pitch), b4);
        }

        for (nint rest = i; rest < count; rest++)
        {
            float* under = image + positions[rest];
            var g = EightLanes.Of(gradients[rest]);
            a0 = EightLanes.MultiplyAdd(g, under, a0);
            a1 = EightLanes.MultiplyAdd(g, under + Pitch, a1);
            a2 = EightLanes.MultiplyAdd(g, under + (2 * Pitch), a2);
            a3 = EightLanes.MultiplyAdd(g, under + (3 * Pitch), a3);
            a4 = EightLanes.MultiplyAdd(g, under + (4 * Pitch), a4);
        }

        for (nint rest = i; rest < count2; rest++)
        {
            float* under = image + positions2[rest];
            var g = EightLanes.Of(gradients2[rest]);
            b0 = EightLanes.MultiplyAdd(g, under, b0);
            b1 = EightLanes.MultiplyAdd(g, under + Pitch, b1);
            b2 = EightLanes.MultiplyAdd(g, under + (2 * Pitch), b2);
            b3 = EightLanes.MultiplyAdd(g, under + (3 * Pitch), b3);
            b4 = EightLanes.MultiplyAdd(g, under + (4 * Pitch), b4);
        }

        a0.Store(sums);
        a1.Store(sums + Row);
        a2.Store(sums + (2 * Row));
        a3.Store(sums + (3 * Row));
        a4.Store(sums + (4 * Row));
        b0.Store(sums2);
        b1.Store(sums2 + Row);
        b2.Store(sums2 + (2 * Row));
        b3.Store(sums2 + (3 * Row));
        b4.Store(sums2 + (4 * Row));
    }
}
