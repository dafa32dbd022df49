namespace DistTrain.Node.Commands;

/// <summary>What <c>scale</c> was asked for, checked.</summary>
internal sealed record ScaleOptions
{
    /// <summary>The job at its largest number of workers, and where it runs.</summary>
    public TrainOptions Train { get; init; } = new();

    /// <summary>Numbers of workers to measure, ascending, each once.</summary>
    public IReadOnlyList<int> Workers { get; init; } = [];

    /// <summary>Turns; each runs every number of workers once.</summary>
    public int Repeat { get; init; } = 3;

    /// <summary>
    /// Runs come before the first turn for at least that long, one in any case. Until then the program is still being compiled: a step of 32
    /// workers takes 35 ms at first and 22 later.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Folder to write, absent or empty; null for <c>runs/TIME-scale</c>.</summary>
    public string? Out { get; init; }

    /// <summary>That the workers share; null when each has its own, or sleeps.</summary>
    public int? Processors => Train.Cluster is null && !Train.Spec.IsEmulated ? Math.Max(1, Environment.ProcessorCount / Train.Spec.Threads) : null;
}
