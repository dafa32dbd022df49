using System.Text.Json.Serialization;
using DistTrain.Node.Runs;

namespace DistTrain.Node.Comparing;

/// <summary>How a trial ended. Numbers that are not finite are null.</summary>
internal sealed record TrialResult
{
    public required int Cell { get; init; }

    public required ulong Seed { get; init; }

    /// <summary><c>completed</c>, <c>completed-early</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it failed.</summary>
    public string Message { get; init; } = "";

    /// <summary>What <c>auto</c> came to.</summary>
    public string Dataset { get; init; } = "";

    public string Engine { get; init; } = "";

    public double? TestAccuracy { get; init; }

    public double? TestLoss { get; init; }

    public double? ValidationAccuracy { get; init; }

    public double? ValidationLoss { get; init; }

    /// <summary>From the first step to the last.</summary>
    public double TrainSeconds { get; init; }

    public ulong Steps { get; init; }

    public string WeightsSha256 { get; init; } = "";

    /// <summary>Below the study's folder, or on the coordinator's machine.</summary>
    public string RunDir { get; init; } = "";

    /// <summary>By epoch.</summary>
    public IReadOnlyList<TrialEpoch> Epochs { get; init; } = [];

    [JsonIgnore]
    public bool Completed => RunStatus.HasResult(Status);
}

/// <summary>What a trial's weights were worth after so many epochs.</summary>
/// <param name="Epoch">From 0 on; a share of an epoch if the run ended within one.</param>
internal sealed record TrialEpoch(double Epoch, double? TrainLoss, double? TestLoss, double? TestAccuracy);
