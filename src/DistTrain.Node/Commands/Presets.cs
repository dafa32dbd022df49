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

    /// <summary>What a recipe sets for its activation or its optimizer goes where another one was chosen, which would refuse it.</summary>
    /// <param name="spec">With all that was set besides.</param>
    public static JobSpec WithoutLeftovers(string name, JobSpec spec)
    {
        var usual = new JobSpec();
        JobSpec recipe = Apply(name, usual);
        if (spec.Activation != recipe.Activation)
        {
            spec = spec with { LeakySlope = spec.LeakySlope == recipe.LeakySlope ? usual.LeakySlope : spec.LeakySlope };
        }

        return spec.Optimizer == recipe.Optimizer
            ? spec
            : spec with
            {
                LearningRate = spec.LearningRate == recipe.LearningRate ? usual.LearningRate : spec.LearningRate,
                Beta1 = spec.Beta1 == recipe.Beta1 ? usual.Beta1 : spec.Beta1,
                Beta2 = spec.Beta2 == recipe.Beta2 ? usual.Beta2 : spec.Beta2,
            };
    }
}
