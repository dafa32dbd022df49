namespace DistTrain.Training.Optimizers;

/// <summary>
/// The learning rate of every update, known in advance: a pure function of the update's number, so that whoever applies
/// it, or applies it again, gets the same.
/// </summary>
public sealed class LearningRateSchedule
{
    /// <summary>What <c>--schedule</c> takes, for help texts and messages.</summary>
    public const string Names = "one-cycle or constant";

    private const double WarmUp = 0.3;
    private const double FirstDivisor = 25;
    private const double LastDivisor = 1e4;

    private readonly Func<double, double> shape;

    private LearningRateSchedule(string name, Func<double, double> shape)
    {
        Name = name;
        this.shape = shape;
    }

    /// <summary>The peak throughout.</summary>
    public static LearningRateSchedule Constant { get; } = new("constant", _ => 1);

    /// <summary>
    /// Linear from peak/25 up to the peak over the first 30 % of the updates, then linear down to peak/10,000 at the
    /// last (after Smith and Topin, 2018).
    /// </summary>
    public static LearningRateSchedule OneCycle { get; } = new("one-cycle", OneCycleShape);

    public string Name { get; }

    /// <exception cref="UserErrorException">No such schedule; the message names those there are.</exception>
    public static LearningRateSchedule Find(string name) => name switch
    {
        "one-cycle" => OneCycle,
        "constant" => Constant,
        _ => throw new UserErrorException($"schedule '{name}' is not known: it can be {Names}"),
    };

    /// <param name="update">From 1 on; past the total, the last update's rate.</param>
    /// <param name="totalUpdates">Updates in the whole job, from 1 on.</param>
    /// <param name="peak">Largest learning rate.</param>
    public double At(long update, long totalUpdates, double peak)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalUpdates, 1);
        double progress = totalUpdates == 1 ? WarmUp : Math.Min((update - 1.0) / (totalUpdates - 1.0), 1);
        return peak * shape(progress);
    }

    private static double OneCycleShape(double progress) => progress < WarmUp
        ? Between(1 / FirstDivisor, 1, progress / WarmUp)
        : Between(1, 1 / LastDivisor, (progress - WarmUp) / (1 - WarmUp));

    private static double Between(double from, double to, double share) => from + ((to - from) * share);
}
