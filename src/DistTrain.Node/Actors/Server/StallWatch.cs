namespace DistTrain.Node.Actors.Server;

/// <summary>
/// Says when a step has waited so long that somebody must be named: two seconds, or four times what steps have
/// lately taken if that is more; and then again every two seconds.
/// </summary>
internal sealed class StallWatch(TimeProvider time)
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(2);

    private long stepBegan = time.GetTimestamp();
    private TimeSpan reportedAt;
    private double typicalSeconds;

    public void StepApplied()
    {
        double seconds = time.GetElapsedTime(stepBegan).TotalSeconds;

        // Exponential average over about eight steps.
        typicalSeconds = typicalSeconds == 0 ? seconds : typicalSeconds + ((seconds - typicalSeconds) / 8);
        Restart();
    }

    /// <summary>Waiting begins now.</summary>
    public void Restart()
    {
        stepBegan = time.GetTimestamp();
        reportedAt = TimeSpan.Zero;
    }

    /// <summary>How long the step has waited, when it is time to say so.</summary>
    public TimeSpan? Due()
    {
        TimeSpan waited = time.GetElapsedTime(stepBegan);
        TimeSpan limit = TimeSpan.FromSeconds(Math.Max(AtLeast.TotalSeconds, 4 * typicalSeconds));
        if (waited < limit || waited - reportedAt < AtLeast)
        {
            return null;
        }

        reportedAt = waited;
        return waited;
    }
}
