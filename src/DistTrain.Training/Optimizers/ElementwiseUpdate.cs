using System.Runtime.CompilerServices;
using DistTrain.Training.Engines.Simd.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Runs an update rule over a block. The last addition of the gradients is made on the way: its loads come while the rule's
/// division and square root keep the processor waiting, so it costs about half of what it costs on its own, or less.
/// </summary>
internal static unsafe class ElementwiseUpdate
{
    public static void Run<TLanes, TRule>(TRule rule, in UpdateBlock block)
        where TLanes : struct, ILanes<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        block.RequireOneLength();
        fixed (float* weights = block.Weights)
        fixed (float* sum = block.GradientSum)
        fixed (float* last = block.LastTerm)
        fixed (float* first = block.FirstMoment)
        fixed (float* second = block.SecondMoment)
        fixed (float* updated = block.Updated)
        {
            int length = block.Weights.Length;
            int whole = length - (length % TLanes.Count);
            Vectors<TLanes, TRule>(rule, weights, sum, last, first, second, updated, whole);
            if (whole < length)
            {
                Rest<TLanes, TRule>(rule, block, whole);
            }
        }
    }

    /// <summary>What does not fill a vector goes through one that is filled up with zeros: the same operations.</summary>
    private static void Rest<TLanes, TRule>(TRule rule, in UpdateBlock block, int from)
        where TLanes : struct, ILanes<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        const int Most = Block.Samples;
        int length = block.Weights.Length - from;
        float* weights = stackalloc float[5 * Most];
        float* sum = weights + Most;
        float* last = sum + Most;
        float* first = last + Most;
        float* second = first + Most;
        block.Weights[from..].CopyTo(new Span<float>(weights, length));
        block.GradientSum[from..].CopyTo(new Span<float>(sum, length));
        block.FirstMoment[from..].CopyTo(new Span<float>(first, length));
        block.SecondMoment[from..].CopyTo(new Span<float>(second, length));
        if (!block.LastTerm.IsEmpty)
        {
            block.LastTerm[from..].CopyTo(new Span<float>(last, length));
        }

        Vectors<TLanes, TRule>(rule, weights, sum, block.LastTerm.IsEmpty ? null : last, first, second, weights, TLanes.Count);
        new Span<float>(first, length).CopyTo(block.FirstMoment[from..]);
        new Span<float>(second, length).CopyTo(block.SecondMoment[from..]);
        new Span<float>(weights, length).CopyTo(block.Updated[from..]);
    }

    /// <param name="last">Null when there is nothing left to add.</param>
    /// <param name="length">A multiple of the lanes.</param>
    private static void Vectors<TLanes, TRule>(
        TRule rule, float* weights, float* sum, float* last, float* first, float* second, float* updated, nint length)
        where TLanes : struct, ILanes<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        if (last == null)
        {
            for (nint i = 0; i < length; i += TLanes.Count)
            {
                Update(rule, TLanes.Load(sum + i), weights + i, first + i, second + i, updated + i);
            }
        }
        else
        {
            for (nint i = 0; i < length; i += TLanes.Count)
            {
                Update(rule, TLanes.Load(sum + i) + TLanes.Load(last + i), weights + i, first + i, second + i, updated + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<TLanes, TRule>(TRule rule, TLanes gradient, float* weight, float* first, float* second, float* updated)
        where TLanes : struct, ILanes<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        var firstMoment = TLanes.Load(first);
        var secondMoment = TLanes.Load(second);
        TLanes next = rule.Next(TLanes.Load(weight), gradient, ref firstMoment, ref secondMoment);
        firstMoment.Store(first);
        secondMoment.Store(second);
        next.Store(updated);
    }
}
