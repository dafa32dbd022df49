namespace DistTrain.Training.Optimizers;

/// <summary>What an update reads and writes, for the whole range or a stretch of it. All spans that are not empty have one length.</summary>
public readonly ref struct UpdateBlock
{
    /// <summary>Before the update.</summary>
    public required ReadOnlySpan<float> Weights { get; init; }

    /// <summary>Sum over the samples of the loss gradient, up to <see cref="LastTerm"/>.</summary>
    public required ReadOnlySpan<float> GradientSum { get; init; }

    /// <summary>Added to <see cref="GradientSum"/> in the same pass; empty when there is nothing left to add.</summary>
    public ReadOnlySpan<float> LastTerm { get; init; }

    /// <summary>Read and replaced; empty if the optimizer has none.</summary>
    public Span<float> FirstMoment { get; init; }

    /// <summary>Read and replaced; empty if the optimizer has none.</summary>
    public Span<float> SecondMoment { get; init; }

    /// <summary>Weights after the update; may be the same memory as <see cref="Weights"/>.</summary>
    public required Span<float> Updated { get; init; }

    /// <exception cref="ArgumentException">The spans differ in length, or moments are missing.</exception>
    internal void RequireOneLength(Moments moments)
    {
        int length = Weights.Length;
        if (GradientSum.Length != length
            || (LastTerm.Length != length && !LastTerm.IsEmpty)
            || ((moments & Moments.First) != 0 && FirstMoment.Length != length)
            || ((moments & Moments.Second) != 0 && SecondMoment.Length != length)
            || Updated.Length != length)
        {
            throw new ArgumentException($"An update of {length} weights needs as many gradients, moments and places for the result.");
        }
    }
}
