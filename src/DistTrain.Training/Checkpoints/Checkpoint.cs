using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Training.Checkpoints;

/// <summary>Everything needed to go on with a job as if it had never stopped.</summary>
public sealed record Checkpoint
{
    public required JobSpec Job { get; init; }

    /// <summary>Epochs completed.</summary>
    public required int Epoch { get; init; }

    /// <summary>Updates applied: the version of the weights.</summary>
    public required long Step { get; init; }

    /// <summary>Flat, in the model's layout; the moments likewise.</summary>
    public required float[] Weights { get; init; }

    /// <summary>Empty if the job's optimizer has none.</summary>
    public required float[] FirstMoment { get; init; }

    /// <summary>Empty if the job's optimizer has none.</summary>
    public required float[] SecondMoment { get; init; }

    /// <summary>How the network's inputs are made from pixels; null in files of versions that did not write it.</summary>
    public PixelNormalisation? Normalisation { get; init; }

    /// <summary>A name for each class; empty if they have only numbers, and in files of versions that did not write it.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>What else the writer wants to find again, as strings.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}
