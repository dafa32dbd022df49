namespace DistTrain.Training.Data.Download;

/// <summary>How long a download waits, and how often it tries.</summary>
public sealed record DownloadLimits
{
    /// <summary>Until a mirror has answered with headers.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two pieces of data.</summary>
    public TimeSpan NoProgress { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For all that <c>auto</c> fetches.</summary>
    public TimeSpan Auto { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tries of one file at one mirror; a further one is made only if the last one brought something.</summary>
    public int Attempts { get; init; } = 3;
}
