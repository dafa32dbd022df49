using System.Globalization;
using DistTrain.Node.Commands;
using DistTrain.Node.Comparing;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Comparing;

/// <summary>Studies and results for tests, without training.</summary>
internal static class SampleStudy
{
    public static TrainOptions Base { get; } = new() { Spec = new JobSpec { Dataset = "synthetic:400", BatchSize = 40, Epochs = 2, Workers = 1 } };

    /// <summary>The whole grid, checked as the program does.</summary>
    public static Study Of(int seeds, params string[] vary)
    {
        VariedSetting[] varied = [.. vary.Select(VariedSetting.Read)];
        return new Study([.. varied.Select(setting => setting.Factor)], Grid(vary).All(), 1, seeds);
    }

    public static StudyGrid Grid(params string[] vary) => new(Base, [.. vary.Select(VariedSetting.Read)], job => job.Validate());

    public static TrialResult Result(int cell, ulong seed, double accuracy) => new()
    {
        Cell = cell,
        Seed = seed,
        Status = "completed",
        Dataset = "synthetic:400",
        Engine = "simd",
        TestAccuracy = accuracy,
        TestLoss = 1 - accuracy,
        TrainSeconds = 1.25 + cell,
        Steps = 20,
        WeightsSha256 = $"{cell}{seed}",
        RunDir = string.Create(CultureInfo.InvariantCulture, $"runs/cell-{cell}-seed-{seed}"),
        Epochs = [new TrialEpoch(1, 2, 1.5 - accuracy, accuracy / 2), new TrialEpoch(2, 1, 1 - accuracy, accuracy)],
    };

    public static TrialResult Failure(int cell, ulong seed) => new() { Cell = cell, Seed = seed, Status = "failed", Message = "the loss is NaN" };

    public static Comparison Compare(Study study, params TrialResult[] results) => new(study, results, new Dictionary<int, string>());
}
