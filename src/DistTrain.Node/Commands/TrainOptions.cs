using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>What <c>train</c> was asked for, checked.</summary>
public sealed record TrainOptions
{
    /// <summary>Ignored when <see cref="Resume"/> is set: the run's own spec decides.</summary>
    public JobSpec Spec { get; init; } = new();

    /// <summary>The recipe that the spec began with, for jobs that are like it but for some values; null without <c>--preset</c>.</summary>
    internal BegunRecipe? Recipe { get; init; }

    /// <summary>Looked in before all other places; null for the usual ones.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The run directory itself, absent or empty; null for <c>runs/TIME-NAME</c>.</summary>
    public string? RunDirectory { get; init; }

    /// <summary>Run directory to go on with.</summary>
    public string? Resume { get; init; }

    /// <summary>With <see cref="Resume"/>: workers to wait for; 0 keeps that of the spec.</summary>
    public int ResumeWorkers { get; init; }

    public Placement Placement { get; init; } = Placement.InProcess;

    /// <summary>Client address of a running coordinator; null to train on this machine.</summary>
    public Uri? Cluster { get; init; }

    /// <summary>File for the spans of the first steps; null for none.</summary>
    public string? Trace { get; init; }

    /// <summary>How long to wait for the workers that the job asks for.</summary>
    public TimeSpan WorkerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public DisplayOptions Display { get; init; } = new(Json: false, Verbose: false, NoColor: false);
}
