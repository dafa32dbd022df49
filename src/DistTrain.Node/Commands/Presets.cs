using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>Recipes to start from, by the names that <c>--preset</c> takes. Whatever is set besides wins over them.</summary>
internal static class Presets
{
    /// <summary>What <c>--preset</c> takes, for help texts and messages.</summary>
    public const string Names = "speedrun";

    /// <exception cref="UserErrorException">No such recipe.</exception>
    public static JobSpec Apply(string name, JobSpec spec) => name switch
    {
        // The least work that reaches 99 % of MNIST in the mean of many seeds: docs/benchmarks/2026-11-27-fewer-products.md has its figures.
        "speedrun" => spec with
        {
            Name = "speedrun", Dataset = "mnist", Epochs = 1.5, BatchSize = 128, Shards = 2, Activation = "leaky-relu", LeakySlope = 0.1,
            LearningRate = 9e-3, Beta1 = 0.85, Beta2 = 0.95, Schedule = "one-cycle",
        },
        _ => throw SettingValue.Refuse("--preset", name, Names),
    };
}
