namespace DistTrain.Training.Optimizers;

/// <summary>
/// The learning rate of every update, known in advance: a pure function of the update's number, so that whoever applies
/// it, or applies it again, gets the same.
/// </summary>
public sealed record LearningRateSchedule
{
    /// <summary>What <c>--schedule</c> takes, for help texts and messages.</summary>
    public const string Names = "one-cycle, constant, step, cosine or linear";

    public const string OneCycle = "one-cycle";
    public const string Constant = "constant";
    public const string Step = "step";
    public const string Cosine = "cosine";
    public const string Linear = "linear";

    /// <summary>One of <see cref="Names"/>.</summary>
    public string Name { get; init; } = OneCycle;

    /// <summary>Largest learning rate.</summary>
    public required double Peak { get; init; }

    /// <summary>Updates in the whole job, from 1 on.</summary>
    public required long Updates { get; init; }

    /// <summary>Updates in one epoch; counts for <c>step</c> alone.</summary>
    public long UpdatesPerEpoch { get; init; } = long.MaxValue;

    /// <summary>The rate rises linearly over that many updates, or over that share of all updates if below 1; 0 for no warm-up. Not of <c>one-cycle</c>.</summary>
    public double WarmupSteps { get; init; }

    /// <summary>Epochs after which <c>step</c> lowers the rate, again and again.</summary>
    public int DecayEvery { get; init; } = 4;

    /// <summary>What <c>step</c> multiplies the rate by.</summary>
    public double DecayFactor { get; init; } = 0.1;

    /// <summary>The first update that has the full rate.</summary>
    private long Warmup => WarmupSteps < 1 ? (long)Math.Ceiling(WarmupSteps * Updates) : (long)WarmupSteps;

    /// <exception cref="UserErrorException">No such schedule; the message names those there are.</exception>
    public static void RequireKnown(string name)
    {
        if (name is not (OneCycle or Constant or Step or Cosine or Linear))
        {
            throw new UserErrorException($"schedule '{name}' is not known: it can be {Names}");
        }
    }

    /// <param name="update">From 1 on; past the last, the last update's rate.</param>
    public double At(long update)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Updates, 1);
        update = Math.Min(update, Updates);
        double rate = Peak * Name switch
        {
            OneCycle => LearningRateShape.OneCycle(update, Updates),
            Step => LearningRateShape.Step((update - 1) / UpdatesPerEpoch / DecayEvery, DecayFactor),
            Cosine => LearningRateShape.Cosine(update - Warmup, Updates - Warmup),
            Linear => LearningRateShape.Linear(update - Warmup, Updates - Warmup),
            _ => 1,
        };
        return Name != OneCycle && update < Warmup ? rate * LearningRateShape.Warmup(update, Warmup) : rate;
    }
}
