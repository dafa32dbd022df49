namespace DistTrain.Node.Commands;

/// <summary>How a study of many trials is carried out, checked.</summary>
internal sealed record StudyOptions
{
    /// <summary>Where trials run. Its job is the base of the study.</summary>
    public TrainOptions Train { get; init; } = new();

    /// <summary>Trials of each cell.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Trials at a time; null for as many as there are processors for.</summary>
    public int? Parallel { get; init; }

    /// <summary>Folder to write or to go on in; null for <c>runs/TIME-KIND</c>.</summary>
    public string? Out { get; init; }

    /// <summary>Whether a study that is in the folder is deleted first.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether trials that failed are made again.</summary>
    public bool RetryFailed { get; init; }

    /// <param name="threads">That one trial uses.</param>
    public int Lanes(int threads) => Train.Cluster is not null ? 1 : Parallel ?? Math.Max(1, Environment.ProcessorCount / Math.Max(1, threads));
}
