using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Gradients of a convolution's weights behind <see cref="MaximumPooling"/>. A window of 2 x 2 has one gradient, not four, so a tap
/// meets one of four inputs, another in each lane: it is picked from two columns and then from two rows. That takes
/// 60 selects and 25 multiply-adds a window, where <see cref="ConvolutionWeights"/> takes 100 multiply-adds, three of four with zeros.
/// </summary>
/// <remarks>The bits are those of <see cref="ConvolutionWeights"/>: each sum takes the windows in the same order.</remarks>
internal static unsafe class PickedWeights
{
    /// <summary>Vectors of a window: its gradient, and masks of the lanes where the largest was on the right, and below.</summary>
    public const int WindowVectors = 3;

    private const int TapRow = ConvolutionShape.Kernel * Block.Samples;

    /// <summary>Writes a window's vectors.</summary>
    /// <param name="which">Which of the four was largest, 0 to 3 in row order.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWindow<TLanes>(TLanes gradient, TLanes which, float* window)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes below = which > TLanes.Of(1f);
        TLanes right = which - (TLanes.Of(2f) & below) > TLanes.Of(0f);
        gradient.Store(window);
        right.Store(window + TLanes.Count);
        below.Store(window + (2 * TLanes.Count));
    }

    /// <summary>Adds the gradients of some rows of windows to the accumulators of one output's and one input plane's 5 x 5 weights.</summary>
    /// <param name="windows">Rows x columns x <see cref="WindowVectors"/>.</param>
    /// <param name="input">Under the first tap for the first window's upper left.</param>
    /// <param name="row">Floats from row to row of the input.</param>
    /// <param name="sums">A <see cref="Block"/> for each weight.</param>
    public static void Add<TLanes>(float* windows, int rows, int columns, float* input, nint row, float* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        ThreeTapRows<TLanes>(windows, rows, columns, input, row, sums);
        TwoTapRows<TLanes>(windows, rows, columns, input + (3 * row), row, sums + (3 * TapRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeTapRows<TLanes>(float* windows, int rows, int columns, float* input, nint row, float* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        Load(sums, out TLanes s00, out TLanes s01, out TLanes s02, out TLanes s03, out TLanes s04);
        Load(sums + TapRow, out TLanes s10, out TLanes s11, out TLanes s12, out TLanes s13, out TLanes s14);
        Load(sums + (2 * TapRow), out TLanes s20, out TLanes s21, out TLanes s22, out TLanes s23, out TLanes s24);
        for (; rows > 0; rows--, input += 2 * row)
        {
            float* under = input;
            for (int x = columns; x > 0; x--, windows += WindowVectors * TLanes.Count, under += 2 * TLanes.Count)
            {
                TLanes g = TLanes.Load(windows);
                TLanes right = TLanes.Load(windows + TLanes.Count);
                TLanes below = TLanes.Load(windows + (2 * TLanes.Count));
                Columns(under, right, out TLanes i0, out TLanes i1, out TLanes i2, out TLanes i3, out TLanes i4);
                MeetTaps(under + row, g, right, below, ref i0, ref i1, ref i2, ref i3, ref i4, ref s00, ref s01, ref s02, ref s03, ref s04);
                MeetTaps(under + (2 * row), g, right, below, ref i0, ref i1, ref i2, ref i3, ref i4, ref s10, ref s11, ref s12, ref s13, ref s14);
                MeetTaps(under + (3 * row), g, right, below, ref i0, ref i1, ref i2, ref i3, ref i4, ref s20, ref s21, ref s22, ref s23, ref s24);
            }
        }

        Store(sums, s00, s01, s02, s03, s04);
        Store(sums + TapRow, s10, s11, s12, s13, s14);
        Store(sums + (2 * TapRow), s20, s21, s22, s23, s24);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoTapRows<TLanes>(float* windows, int rows, int columns, float* input, nint row, float* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        Load(sums, out TLanes s00, out TLanes s01, out TLanes s02, out TLanes s03, out TLanes s04);
        Load(sums + TapRow, out TLanes s10, out TLanes s11, out TLanes s12, out TLanes s13, out TLanes s14);
        for (; rows > 0; rows--, input += 2 * row)
        {
            float* under = input;
            for (int x = columns; x > 0; x--, windows += WindowVectors * TLanes.Count, under += 2 * TLanes.Count)
            {
                TLanes g = TLanes.Load(windows);
                TLanes right = TLanes.Load(windows + TLanes.Count);
                TLanes below = TLanes.Load(windows + (2 * TLanes.Count));
                Columns(under, right, out TLanes i0, out TLanes i1, out TLanes i2, out TLanes i3, out TLanes i4);
                MeetTaps(under + row, g, right, below, ref i0, ref i1, ref i2, ref i3, ref i4, ref s00, ref s01, ref s02, ref s03, ref s04);
                MeetTaps(under + (2 * row), g, right, below, ref i0, ref i1, ref i2, ref i3, ref i4, ref s10, ref s11, ref s12, ref s13, ref s14);
            }
        }

        Store(sums, s00, s01, s02, s03, s04);
        Store(sums + TapRow, s10, s11, s12, s13, s14);
    }

    /// <summary>One row of five taps: adds gradients times what is picked from the inputs i of the upper row and those of the lower, which become i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MeetTaps<TLanes>(
        float* lower, TLanes g, TLanes right, TLanes below,
        ref TLanes i0, ref TLanes i1, ref TLanes i2, ref TLanes i3, ref TLanes i4,
        ref TLanes s0, ref TLanes s1, ref TLanes s2, ref TLanes s3, ref TLanes s4)
        where TLanes : struct, ILanes<TLanes>
    {
        Columns(lower, right, out TLanes l0, out TLanes l1, out TLanes l2, out TLanes l3, out TLanes l4);
        s0 = TLanes.MultiplyAdd(TLanes.Select(below, l0, i0), g, s0);
        i0 = l0;
        s1 = TLanes.MultiplyAdd(TLanes.Select(below, l1, i1), g, s1);
        i1 = l1;
        s2 = TLanes.MultiplyAdd(TLanes.Select(below, l2, i2), g, s2);
        i2 = l2;
        s3 = TLanes.MultiplyAdd(TLanes.Select(below, l3, i3), g, s3);
        i3 = l3;
        s4 = TLanes.MultiplyAdd(TLanes.Select(below, l4, i4), g, s4);
        i4 = l4;
    }

    /// <summary>What five taps in a row meet in one row of the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<TLanes>(float* row, TLanes right, out TLanes i0, out TLanes i1, out TLanes i2, out TLanes i3, out TLanes i4)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x1 = TLanes.Load(row + TLanes.Count);
        i0 = TLanes.Select(right, x1, TLanes.Load(row));
        TLanes x2 = TLanes.Load(row + (2 * TLanes.Count));
        i1 = TLanes.Select(right, x2, x1);
        TLanes x3 = TLanes.Load(row + (3 * TLanes.Count));
        i2 = TLanes.Select(right, x3, x2);
        TLanes x4 = TLanes.Load(row + (4 * TLanes.Count));
        i3 = TLanes.Select(right, x4, x3);
        i4 = TLanes.Select(right, TLanes.Load(row + (5 * TLanes.Count)), x4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLanes>(float* sums, out TLanes s0, out TLanes s1, out TLanes s2, out TLanes s3, out TLanes s4)
        where TLanes : struct, ILanes<TLanes>
    {
        s0 = TLanes.Load(sums);
        s1 = TLanes.Load(sums + Block.Samples);
        s2 = TLanes.Load(sums + (2 * Block.Samples));
        s3 = TLanes.Load(sums + (3 * Block.Samples));
        s4 = TLanes.Load(sums + (4 * Block.Samples));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* sums, TLanes s0, TLanes s1, TLanes s2, TLanes s3, TLanes s4)
        where TLanes : struct, ILanes<TLanes>
    {
        s0.Store(sums);
        s1.Store(sums + Block.Samples);
        s2.Store(sums + (2 * Block.Samples));
        s3.Store(sums + (3 * Block.Samples));
        s4.Store(sums + (4 * Block.Samples));
    }
}
