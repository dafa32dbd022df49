using System.Runtime.CompilerServices;
using DistTrain.Training.Lanes;

namespace DistTrain.Training.Optimizers;

/// <summary>
/// Runs an update rule over a block. The last addition of the gradients is made on the way: its loads come while the rule's
/// division and square root keep the processor waiting, so it costs about half of what it costs on its own, or less.
/// </summary>
internal static unsafe class ElementwiseUpdate
{
    public static int RequireLanes(int lanes) => lanes is 4 or 8 or 16 ? lanes : throw new ArgumentOutOfRangeException(nameof(lanes));

    /// <summary>Runs the rule of these scalars, in vectors of 4, 8 or 16 lanes.</summary>
    public static void Run<TScalars>(in TScalars scalars, in GradientScalars gradient, int lanes, in UpdateBlock block)
        where TScalars : struct, IUpdateScalars
    {
        switch (lanes)
        {
            case 16:
                Run<TScalars, SixteenLanes>(scalars, gradient, block);
                break;
            case 8:
                Run<TScalars, EightLanes>(scalars, gradient, block);
                break;
            default:
                Run<TScalars, FourLanes>(scalars, gradient, block);
                break;
        }
    }

    public static void Run<TLanes, TGradient, TRule>(TGradient gradient, TRule rule, in UpdateBlock block)
        where TLanes : struct, ILanes<TLanes>
        where TGradient : struct, IGradientRule<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        block.RequireOneLength(TRule.Moments);
        fixed (float* weights = block.Weights)
        fixed (float* sum = block.GradientSum)
        fixed (float* last = block.LastTerm)
        fixed (float* first = block.FirstMoment)
        fixed (float* second = block.SecondMoment)
        fixed (float* updated = block.Updated)
        {
            int length = block.Weights.Length;
            int whole = length - (length % TLanes.Count);
            Vectors<TLanes, TGradient, TRule>(gradient, rule, weights, sum, last, first, second, updated, whole);
            if (whole < length)
            {
                Rest<TLanes, TGradient, TRule>(gradient, rule, block, whole);
            }
        }
    }

    private static void Run<TScalars, TLanes>(in TScalars scalars, in GradientScalars gradient, in UpdateBlock block)
        where TScalars : struct, IUpdateScalars
        where TLanes : struct, ILanes<TLanes>
    {
        if (gradient.IsMeanAlone)
        {
            scalars.Run<TLanes, MeanGradient<TLanes>>(new MeanGradient<TLanes>(gradient.Mean), block);
        }
        else
        {
            scalars.Run<TLanes, PenalisedGradient<TLanes>>(new PenalisedGradient<TLanes>(gradient), block);
        }
    }

    /// <summary>What does not fill a vector goes through one that is filled up with zeros: the same operations.</summary>
    private static void Rest<TLanes, TGradient, TRule>(TGradient gradient, TRule rule, in UpdateBlock block, int from)
        where TLanes : struct, ILanes<TLanes>
        where TGradient : struct, IGradientRule<TLanes>
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
        if (!block.LastTerm.IsEmpty)
        {
            block.LastTerm[from..].CopyTo(new Span<float>(last, length));
        }

        if ((TRule.Moments & Moments.First) != 0)
        {
            block.FirstMoment[from..].CopyTo(new Span<float>(first, length));
        }

        if ((TRule.Moments & Moments.Second) != 0)
        {
            block.SecondMoment[from..].CopyTo(new Span<float>(second, length));
        }

        Vectors<TLanes, TGradient, TRule>(gradient, rule, weights, sum, block.LastTerm.IsEmpty ? null : last, first, second, weights, TLanes.Count);
        new Span<float>(weights, length).CopyTo(block.Updated[from..]);
        if ((TRule.Moments & Moments.First) != 0)
        {
            new Span<float>(first, length).CopyTo(block.FirstMoment[from..]);
        }

        if ((TRule.Moments & Moments.Second) != 0)
        {
            new Span<float>(second, length).CopyTo(block.SecondMoment[from..]);
        }
    }

    /// <param name="last">Null when there is nothing left to add.</param>
    /// <param name="length">A multiple of the lanes.</param>
    private static void Vectors<TLanes, TGradient, TRule>(
        TGradient gradient, TRule rule, float* weights, float* sum, float* last, float* first, float* second, float* updated, nint length)
        where TLanes : struct, ILanes<TLanes>
        where TGradient : struct, IGradientRule<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        if (last == null)
        {
            for (nint i = 0; i < length; i += TLanes.Count)
            {
                Update(gradient, rule, TLanes.Load(sum + i), weights + i, first + i, second + i, updated + i);
            }
        }
        else
        {
            for (nint i = 0; i < length; i += TLanes.Count)
            {
                Update(gradient, rule, TLanes.Load(sum + i) + TLanes.Load(last + i), weights + i, first + i, second + i, updated + i);
            }
        }
    }

    /// <summary>Moments that the rule does not have are neither read nor written: which ones is known when this is compiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<TLanes, TGradient, TRule>(
        TGradient gradient, TRule rule, TLanes sum, float* weight, float* first, float* second, float* updated)
        where TLanes : struct, ILanes<TLanes>
        where TGradient : struct, IGradientRule<TLanes>
        where TRule : struct, IUpdateRule<TLanes>
    {
        TLanes firstMoment = (TRule.Moments & Moments.First) != 0 ? TLanes.Load(first) : default;
        TLanes secondMoment = (TRule.Moments & Moments.Second) != 0 ? TLanes.Load(second) : default;
        var before = TLanes.Load(weight);
        TLanes next = rule.Next(gradient.Decayed(before), gradient.Gradient(sum, before), ref firstMoment, ref secondMoment);
        if ((TRule.Moments & Moments.First) != 0)
        {
            firstMoment.Store(first);
        }

        if ((TRule.Moments & Moments.Second) != 0)
        {
            secondMoment.Store(second);
        }

        next.Store(updated);
    }
}
