using DistTrain.Training;
using DistTrain.Training.Jobs;
using DistTrain.Training.Optimizers;

namespace DistTrain.Node.Commands;

/// <summary>Recipes to start from, by the names that <c>--preset</c> takes. Whatever is set besides wins over them.</summary>
internal static class Presets
{
    /// <summary>What <c>--preset</c> takes, for help texts and messages.</summary>
    public const string Names = "speedrun";

    /// <exception cref="UserErrorException">No such recipe.</exception>
    public static JobSpec Apply(string name, JobSpec spec) => name switch
    {
        // The least work that reaches 99 % of MNIST in the mean of many seeds: docs/benchmarks/2026-11-30-speedrun.md has its figures.
        "speedrun" => spec with
        {
            Name = "speedrun", Dataset = "mnist", Epochs = 1.4, BatchSize = 128, Shards = 2, Activation = "leaky-relu", LeakySlope = 0.1,
            Optimizer = OptimizerCatalog.NAdam, LearningRate = 9e-3, Beta1 = 0.85, Beta2 = 0.95, Schedule = LearningRateSchedule.Linear, WarmupSteps = 0.05,
            EvaluateEvery = 0,
        },
        _ => throw SettingValue.Refuse("--preset", name, Names),
    };

    /// <summary>
    /// What a recipe sets for its activation, its optimizer or its schedule goes where another one was chosen, which would refuse it; so do
    /// its epochs without an evaluation where <c>--patience</c> looks at each.
    /// </summary>
    /// <param name="spec">With all that was set besides.</param>
    public static JobSpec WithoutLeftovers(string name, JobSpec spec)
    {
        var usual = new JobSpec();
        JobSpec recipe = Apply(name, usual);
        T Own<T>(bool fits, Func<JobSpec, T> setting) => fits || !Equals(setting(spec), setting(recipe)) ? setting(spec) : setting(usual);
        bool optimizer = spec.Optimizer == recipe.Optimizer;
        return spec with
        {
            LeakySlope = Own(spec.Activation == recipe.Activation, job => job.LeakySlope),
            LearningRate = Own(optimizer, job => job.LearningRate),
            Beta1 = Own(optimizer, job => job.Beta1),
            Beta2 = Own(optimizer, job => job.Beta2),
            WarmupSteps = Own(spec.Schedule == recipe.Schedule, job => job.WarmupSteps),
            EvaluateEvery = Own(spec.Patience == 0, job => job.EvaluateEvery),
        };
    }
}
