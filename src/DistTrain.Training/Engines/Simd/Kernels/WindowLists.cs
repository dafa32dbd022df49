using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// For each of eight samples and each output of a convolution behind which maxima were taken, the windows whose gradient is not zero, in row order: the gradient, and where the inputs
/// begin that it meets. NaN is not zero.
/// </summary>
/// <remarks>Eight windows at a time: those of a sample are turned into one vector, and its survivors moved together by a table. So no branch depends on what is zero.</remarks>
internal sealed unsafe class WindowLists
{
    /// <summary>Samples of a block.</summary>
    public const int Samples = 8;

    // Windows that are looked at together.
    private const int Together = 8;

    private readonly ConvolutionShape shape;
    private readonly AlignedFloats gradients;
    private readonly AlignedFloats positions;
    private readonly AlignedFloats counts;

    // Where the inputs of each window's upper left begin; and for each set of eight which they are, a byte each.
    private readonly AlignedFloats starts;
    private readonly AlignedFloats members;

    public WindowLists(ConvolutionShape shape)
    {
        this.shape = shape;
        int windows = shape.PooledHeight * shape.PooledWidth;
        Room = (windows + Together - 1) / Together * Together;
        gradients = new AlignedFloats(Samples * shape.Outputs * Room);
        positions = new AlignedFloats(Samples * shape.Outputs * Room);
        counts = new AlignedFloats(Samples * shape.Outputs);
        starts = new AlignedFloats(Room);
        for (int window = 0; window < windows; window++)
        {
            ((int*)starts.First)[window] = ListedWeights.Position(2 * (window / shape.PooledWidth), 2 * (window % shape.PooledWidth));
        }

        members = MembersOfSets();
    }

    /// <summary>Windows of an output, rounded up to those that are looked at together.</summary>
    public int Room { get; }

    /// <summary>Empties all lists.</summary>
    public void Clear() => counts.Values.Clear();

    /// <summary>The list of one sample and output.</summary>
    public WindowList Of(int sample, int output)
    {
        int list = (sample * shape.Outputs) + output;
        return new WindowList(((int*)counts.First)[list], gradients.First + (list * Room), (int*)positions.First + (list * Room));
    }

    /// <summary>Adds one output's windows to the lists of all samples.</summary>
    /// <param name="windows">Gradients, <see cref="Room"/> x samples; zeros behind the last window.</param>
    /// <param name="which">Which of the window's four was largest, 0 to 3 in row order, laid out alike.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append(int output, float* windows, byte* which)
    {
        int outputs = shape.Outputs;
        int* count = (int*)counts.First + output;
        int* start = (int*)starts.First;
        byte* table = (byte*)members.First;
        nint list = (nint)outputs * Room;
        float* toGradients = gradients.First + ((nint)output * Room);
        int* toPositions = (int*)positions.First + ((nint)output * Room);
        for (float* end = windows + ((nint)Room * Samples); windows < end; windows += Together * Samples, which += Together * Samples, start += Together)
        {
            Vector256<float> a = Vector256.Load(windows), b = Vector256.Load(windows + 8), c = Vector256.Load(windows + 16), d = Vector256.Load(windows + 24);
            Vector256<float> e = Vector256.Load(windows + 32), f = Vector256.Load(windows + 40), g = Vector256.Load(windows + 48), h = Vector256.Load(windows + 56);
            Transposition.Turn(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
            Transposition.Turn(Pair(which), Pair(which + 16), Pair(which + 32), Pair(which + 48), out Vector128<byte> first, out Vector128<byte> second, out Vector128<byte> third, out Vector128<byte> fourth);
            Vector256<int> from = Vector256.Load(start);
            Add(a, first, from, table, count, toGradients, toPositions);
            Add(b, Transposition.Upper(first), from, table, count + outputs, toGradients + list, toPositions + list);
            Add(c, second, from, table, count + (2 * outputs), toGradients + (2 * list), toPositions + (2 * list));
            Add(d, Transposition.Upper(second), from, table, count + (3 * outputs), toGradients + (3 * list), toPositions + (3 * list));
            Add(e, third, from, table, count + (4 * outputs), toGradients + (4 * list), toPositions + (4 * list));
            Add(f, Transposition.Upper(third), from, table, count + (5 * outputs), toGradients + (5 * list), toPositions + (5 * list));
            Add(g, fourth, from, table, count + (6 * outputs), toGradients + (6 * list), toPositions + (6 * list));
            Add(h, Transposition.Upper(fourth), from, table, count + (7 * outputs), toGradients + (7 * list), toPositions + (7 * list));
        }
    }

    /// <summary>Adds those of one sample's eight windows that are not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector256<float> windows, Vector128<byte> which, Vector256<int> start, byte* table, int* count, float* gradients, int* positions)
    {
        uint survivors = ~Vector256.Equals(windows, Vector256<float>.Zero).ExtractMostSignificantBits() & 0xff;
        Vector256<int> order = Avx2.ConvertToVector256Int32(table + (survivors * Together));
        Vector256<int> code = Avx2.ConvertToVector256Int32(which);
        Vector256<int> right = code & Vector256<int>.One;
        Vector256<int> position = start + right + ((code - right) * (ListedWeights.Pitch / 2));
        int at = *count;
        Avx2.PermuteVar8x32(windows, order).Store(gradients + at);
        Avx2.PermuteVar8x32(position, order).Store(positions + at);
        *count = at + BitOperations.PopCount(survivors);
    }

    /// <summary>Two rows, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Pair(byte* rows)
    {
        Vector128<byte> both = Vector128.Load(rows);
        return Sse2.UnpackLow(both, Transposition.Upper(both)).AsInt16();
    }

    private static AlignedFloats MembersOfSets()
    {
        const int Sets = 1 << Together;
        var table = new AlignedFloats(Sets * Together / sizeof(float));
        byte* to = (byte*)table.First;
        for (uint set = 0; set < Sets; set++, to += Together)
        {
            int at = 0;
            for (uint rest = set; rest != 0; rest &= rest - 1)
            {
                to[at++] = (byte)BitOperations.TrailingZeroCount(rest);
            }
        }

        return table;
    }
}
