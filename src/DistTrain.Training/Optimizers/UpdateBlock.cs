namespace DistTrain.Training.Optimizers;

/// <summary>What an update reads and writes, for the whole range or a stretch of it. All spans have one length.</summary>
public readonly ref struct UpdateBlock
{
    /// <summary>Before the update.</summary>
    public required ReadOnlySpan<float> Weights { get; init; }

    /// <summary>Sum over the samples of the loss gradient, up to <see cref="LastTerm"/>.</summary>
    public required ReadOnlySpan<float> GradientSum { get; init; }

    /// <summary>Added to <see cref="GradientSum"/> in the same pass; empty when there is nothing left to add.</summary>
    public ReadOnlySpan<float> LastTerm { get; init; }

    /// <summary>Read and replaced.</summary>
    public required Span<float> FirstMoment { get; init; }

    /// <summary>Read and replaced.</summary>
    public required Span<float> SecondMoment { get; init; }

    /// <summary>Weights after the update; may be the same memory as <see cref="Weights"/>.</summary>
    public required Span<float> Updated { get; init; }

    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    internal void RequireOneLength()
    {
        int length = Weights.Length;
        if (GradientSum.Length != length
            || (LastTerm.Length != length && !LastTerm.IsEmpty)
            || FirstMoment.Length != length
            || SecondMoment.Length != length
            || Updated.Length != length)
        {
            throw new ArgumentException($"An update of {length} weights needs as many gradients, moments and places for the result.");
        }
    }
}
