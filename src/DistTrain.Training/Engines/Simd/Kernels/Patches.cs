using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistTrain.Training.Engines.Simd.Tiles;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// A convolution's way back for single output gradients of one sample, each of which touches a patch of 5 x 5 pixels. Here lanes are not
/// samples: an image is [y][x][channel], and five pixels of a row with all their channels, padded to 32 floats, go through vectors as they lie
/// in memory. A filter is five such rows. So is a patch within its strip: a strip is the rows of all patches that begin in one column.
/// </summary>
/// <remarks>Where registers do not hold five rows, halves of rows are taken. Each sum adds the same numbers in the same order either way.</remarks>
internal static unsafe class Patches
{
    /// <summary>Floats of a patch's row.</summary>
    public const int Row = 32;

    /// <summary>Floats of a filter.</summary>
    public const int Filter = ConvolutionShape.Kernel * Row;

    /// <summary>Floats from one filter to the next, where each has a row of zeros above it and one below it.</summary>
    public const int PaddedFilter = Filter + Row;

    private const int HalfRow = Row / 2;

    /// <summary>Five pixels with all their channels are no longer than a row.</summary>
    public static bool Fits(ConvolutionShape shape) => shape.Inputs * ConvolutionShape.Kernel <= Row;

    /// <summary>Floats of an image, with what its last patch's padding covers.</summary>
    public static int ImageSize(ConvolutionShape shape) => (shape.InputHeight * shape.InputWidth * shape.Inputs) + Row;

    /// <summary>Floats of all filters with their rows of zeros, and one more of zeros alone.</summary>
    public static int PaddedFiltersSize(ConvolutionShape shape) => (shape.Outputs + 1) * PaddedFilter;

    /// <summary>Floats of all strips.</summary>
    public static int StripsSize(ConvolutionShape shape) => shape.Width * StripSize(shape);

    /// <summary>Floats from one strip to the next.</summary>
    public static int StripSize(ConvolutionShape shape) => shape.InputHeight * Row;

    /// <summary>Writes an image's strips. Their padding is whatever comes next in the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToStrips(ConvolutionShape shape, float* image, float* strips)
    {
        nint imageRow = (nint)shape.InputWidth * shape.Inputs;
        for (int x = 0; x < shape.Width; x++, image += shape.Inputs)
        {
            float* from = image;
            for (int y = 0; y < shape.InputHeight; y++, from += imageRow, strips += Row)
            {
                Unsafe.CopyBlockUnaligned(strips, from, Row * sizeof(float));
            }
        }
    }

    /// <summary>Adds gradients times patches to all outputs' filters of gradients.</summary>
    /// <param name="windows">Of each output those whose gradient is not zero, by <see cref="Survivors"/>.</param>
    /// <param name="patches">Windows x outputs: where each one's patch begins within the strips.</param>
    /// <param name="gradients">Windows x outputs.</param>
    /// <param name="filters">Outputs x <see cref="Filter"/>.</param>
    public static void AddToFilters(ConvolutionShape shape, float* strips, uint* windows, int* patches, float* gradients, float* filters)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            AddToFilters<Two<SixteenLanes>, SixteenLanes>(shape, strips, windows, patches, gradients, filters);
        }
        else if (EightLanes.Registers >= 32)
        {
            AddToFilters<Four<EightLanes>, EightLanes>(shape, strips, windows, patches, gradients, filters);
        }
        else
        {
            AddToFilters<Two<EightLanes>, EightLanes>(shape, strips, windows, patches, gradients, filters);
        }
    }

    /// <summary>
    /// Where the filter of each bit of a set of <see cref="Survivors.Outputs"/> begins: the upper positions' have their row of zeros below, the lower ones' above. Where a set has no bit left,
    /// the number of its lowest one is 32, whose filter is zeros.
    /// </summary>
    public static AlignedFloats FilterOffsets(ConvolutionShape shape)
    {
        const int Bits = 2 * Survivors.MostOutputs;
        var offsets = new AlignedFloats(Bits + 1);
        int* to = (int*)offsets.First;
        for (int output = 0; output < shape.Outputs; output++)
        {
            to[output] = (output * PaddedFilter) + Row;
            to[output + Survivors.MostOutputs] = output * PaddedFilter;
        }

        to[Bits] = shape.Outputs * PaddedFilter;
        return offsets;
    }

    /// <summary>Adds to an image's gradient, column by column of the convolution's positions, gradients times filters.</summary>
    /// <param name="outputs">For each column and row of windows the outputs whose gradient is not zero, by <see cref="Survivors"/>.</param>
    /// <param name="gradients">Windows x outputs.</param>
    /// <param name="filters">One for each output, <see cref="PaddedFilter"/> apart, with a row of zeros above each and below; what pads their rows is zeros too, and so is what follows them.</param>
    /// <param name="offsets">By <see cref="FilterOffsets"/>.</param>
    public static void AddToImage(ConvolutionShape shape, float* image, uint* outputs, float* gradients, float* filters, int* offsets)
    {
        for (int x = 0; x < shape.Width; x++, image += shape.Inputs, outputs += shape.PooledHeight)
        {
            float* pooled = gradients + (x / 2 * shape.Outputs);
            if (Vector512.IsHardwareAccelerated)
            {
                AddToColumn<Two<SixteenLanes>, SixteenLanes>(shape, image, outputs, pooled, filters, offsets);
            }
            else if (EightLanes.Registers >= 32)
            {
                AddToColumn<Four<EightLanes>, EightLanes>(shape, image, outputs, pooled, filters, offsets);
            }
            else
            {
                AddToColumn<Two<EightLanes>, EightLanes>(shape, image, outputs, pooled, filters, offsets);
                AddToColumn<Two<EightLanes>, EightLanes>(shape, image + HalfRow, outputs, pooled, filters + HalfRow, offsets);
            }
        }
    }

    /// <summary>As much of each row at a time as the type holds: its sums stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddToFilters<TRow, TLanes>(ConvolutionShape shape, float* strips, uint* windows, int* patches, float* gradients, float* filters)
        where TRow : struct, IVectors<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        nint pitch = shape.Outputs;
        for (uint* end = windows + shape.Outputs; windows < end; windows++, patches++, gradients++, filters += Filter)
        {
            for (nint part = 0; part < Row; part += TRow.Count * TLanes.Count)
            {
                float* strip = strips + part;
                float* filter = filters + part;
                TRow s0 = TRow.Load(filter, TLanes.Count);
                TRow s1 = TRow.Load(filter + Row, TLanes.Count);
                TRow s2 = TRow.Load(filter + (2 * Row), TLanes.Count);
                TRow s3 = TRow.Load(filter + (3 * Row), TLanes.Count);
                TRow s4 = TRow.Load(filter + (4 * Row), TLanes.Count);
                for (uint left = *windows; left != 0; left &= left - 1)
                {
                    nint index = BitOperations.TrailingZeroCount(left) * pitch;
                    TLanes g = TLanes.Of(gradients[index]);
                    float* patch = strip + patches[index];
                    s0 = TRow.MultiplyAdd(g, patch, TLanes.Count, s0);
                    s1 = TRow.MultiplyAdd(g, patch + Row, TLanes.Count, s1);
                    s2 = TRow.MultiplyAdd(g, patch + (2 * Row), TLanes.Count, s2);
                    s3 = TRow.MultiplyAdd(g, patch + (3 * Row), TLanes.Count, s3);
                    s4 = TRow.MultiplyAdd(g, patch + (4 * Row), TLanes.Count, s4);
                }

                s0.Store(filter, TLanes.Count);
                s1.Store(filter + Row, TLanes.Count);
                s2.Store(filter + (2 * Row), TLanes.Count);
                s3.Store(filter + (3 * Row), TLanes.Count);
                s4.Store(filter + (4 * Row), TLanes.Count);
            }
        }
    }

    /// <summary>
    /// As much of each row as the type holds, of the patches that begin in one column. A row of windows moves them on by two rows, so a row
    /// of sums stays in registers from where it comes in, at the bottom, to where it goes out, two windows later.
    /// </summary>
    /// <remarks>
    /// Patches of a window's upper row and of its lower one go through one loop, with six rows of sums: a filter is taken with the zeros below it or with those above. How
    /// often each loop turns nobody can foresee, and where few gradients are left, as behind ReLU, that costs more than a sixth row; where nearly all are, somewhat less. For the same
    /// reason two gradients are taken before the first question whether there is one, and two with each turn: where there is none it meets a filter of zeros.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddToColumn<TRow, TLanes>(ConvolutionShape shape, float* image, uint* outputs, float* gradients, float* filters, int* offsets)
        where TRow : struct, IVectors<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        nint imageRow = (nint)shape.InputWidth * shape.Inputs;
        nint windowRow = (nint)shape.PooledWidth * shape.Outputs;
        int height = shape.PooledHeight;
        TRow s0 = default, s1 = default, s2 = default, s3 = default;
        for (int y = 0; y < height; y++, image += 2 * imageRow, gradients += windowRow)
        {
            TRow s4 = default, s5 = default;
            uint left = outputs[y];
            AddNext<TRow, TLanes>(ref left, gradients, filters, offsets, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            AddNext<TRow, TLanes>(ref left, gradients, filters, offsets, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            while (left != 0)
            {
                AddNext<TRow, TLanes>(ref left, gradients, filters, offsets, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
                AddNext<TRow, TLanes>(ref left, gradients, filters, offsets, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            }

            AddTo<TRow, TLanes>(image, s0);
            AddTo<TRow, TLanes>(image + imageRow, s1);
            (s0, s1, s2, s3) = (s2, s3, s4, s5);
        }

        AddTo<TRow, TLanes>(image, s0);
        AddTo<TRow, TLanes>(image + imageRow, s1);
        AddTo<TRow, TLanes>(image + (2 * imageRow), s2);
        AddTo<TRow, TLanes>(image + (3 * imageRow), s3);
    }

    /// <summary>Adds the gradient of a set's lowest bit, which leaves the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddNext<TRow, TLanes>(
        ref uint left, float* gradients, float* filters, int* offsets, ref TRow s0, ref TRow s1, ref TRow s2, ref TRow s3, ref TRow s4, ref TRow s5)
        where TRow : struct, IVectors<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        uint bit = (uint)BitOperations.TrailingZeroCount(left);
        left &= left - 1;
        TLanes g = TLanes.Of(gradients[bit % Survivors.MostOutputs]);
        float* filter = filters + offsets[bit];
        s0 = TRow.MultiplyAdd(g, filter, TLanes.Count, s0);
        s1 = TRow.MultiplyAdd(g, filter + Row, TLanes.Count, s1);
        s2 = TRow.MultiplyAdd(g, filter + (2 * Row), TLanes.Count, s2);
        s3 = TRow.MultiplyAdd(g, filter + (3 * Row), TLanes.Count, s3);
        s4 = TRow.MultiplyAdd(g, filter + (4 * Row), TLanes.Count, s4);
        s5 = TRow.MultiplyAdd(g, filter + (5 * Row), TLanes.Count, s5);
    }

    // One times what is there, plus the sums: an addition.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TRow, TLanes>(float* image, TRow sums)
        where TRow : struct, IVectors<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes> =>
        TRow.MultiplyAdd(TLanes.Of(1f), image, TLanes.Count, sums).Store(image, TLanes.Count);
}
