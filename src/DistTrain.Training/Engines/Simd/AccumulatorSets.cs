using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Engines.Simd;

/// <summary>Sums that several threads add to, each to a set of its own: one for each sixteen samples of a chunk.</summary>
/// <param name="sets">1 to 4.</param>
/// <param name="length">Of a set; whole <see cref="Block">blocks</see>.</param>
internal sealed unsafe class AccumulatorSets(int sets, int length)
{
    private readonly AlignedFloats values = new(checked(sets * length));

    public int Length => length;

    public float* First(int set) => values.First + ((nint)set * length);

    public void Clear(int set) => values.Values.Slice(set * length, length).Clear();

    /// <summary>One vector of the sum of the first sets, by a tree that depends on their number alone.</summary>
    /// <param name="count">Those that were added to since they were cleared; the others hold what earlier batches left.</param>
    /// <param name="at">Floats from the beginning of a set.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Sum<TLanes>(int count, nint at)
        where TLanes : struct, ILanes<TLanes>
    {
        float* first = values.First + at;
        TLanes sum = TLanes.Load(first);
        if (count > 1)
        {
            sum += TLanes.Load(first + length);
        }

        if (count > 2)
        {
            TLanes others = TLanes.Load(first + (2 * (nint)length));
            if (count > 3)
            {
                others += TLanes.Load(first + (3 * (nint)length));
            }

            sum += others;
        }

        return sum;
    }

    /// <summary>The sum of a block's sixteen accumulators over the first sets.</summary>
    /// <param name="block">Its number within a set.</param>
    public float SumOfBlock<TLanes>(int count, int block)
        where TLanes : struct, ILanes<TLanes>
    {
        float* sums = stackalloc float[Block.Samples];
        for (int lane = 0; lane < Block.Samples; lane += TLanes.Count)
        {
            Sum<TLanes>(count, ((nint)block * Block.Samples) + lane).Store(sums + lane);
        }

        return Block.Sum(sums);
    }
}
