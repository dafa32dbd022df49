using DistTrain.Training;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Node.Commands;

/// <summary>Recipes to start from, by the names that <c>--preset</c> takes. Whatever is set besides wins over them.</summary>
internal static class Presets
{
    /// <summary>What <c>--preset</c> takes, for help texts and messages.</summary>
    public const string Names = "speedrun";

    private static readonly string LeakyRelu = NetworkNames.Of(ActivationKind.LeakyRelu);

    /// <exception cref="UserErrorException">No such recipe.</exception>
    public static JobSpec Apply(string name, JobSpec spec) => name switch
    {
        // The least work that reaches 99 % of MNIST in the mean of many seeds: docs/benchmarks/2026-11-30-skipped-samples.md says how it was found, 2026-11-30-four-rows.md what it reaches.
        "speedrun" => spec with
        {
            Name = "speedrun", Dataset = "mnist", Epochs = 1.2, BatchSize = 128, Shards = 2, Activation = LeakyRelu, LeakySlope = 0.1, SkipLossBelow = 0.05,
            Optimizer = OptimizerCatalog.NAdam, LearningRate = 8e-3, Beta1 = 0.85, Beta2 = 0.95, MomentumDecay = 10,
            Schedule = LearningRateSchedule.Linear, WarmupSteps = 0.05,
            EvaluateEvery = 0,
        },
        _ => throw SettingValue.Refuse("--preset", name, Names),
    };

    /// <summary>What a recipe sets for its own activation, loss, optimizer or schedule goes where another was chosen that would refuse it, and so do epochs without an evaluation where <c>--patience</c> looks at each.</summary>
    /// <param name="begun">The recipe, with all that was set besides.</param>
    /// <param name="plain">What was set besides alone: what it has stays.</param>
    public static JobSpec WithoutLeftovers(JobSpec begun, JobSpec plain)
    {
        bool hasSlope = begun.Activation == LeakyRelu;
        bool hasBetas = OptimizerCatalog.Find(begun.Optimizer).Takes.HasFlag(OptimizerSettings.Betas);
        bool hasMomentumDecay = OptimizerCatalog.Find(begun.Optimizer).Takes.HasFlag(OptimizerSettings.MomentumDecay);

        // A bound means something else for another loss, and might leave nothing to learn.
        bool hasBound = begun.Loss == NetworkNames.Of(LossKind.CrossEntropy) || (begun.Loss == NetworkNames.Auto && ModelName.FamilyOf(begun.Model) != Autoencoder.FamilyName);
        bool hasWarmup = begun.Schedule != LearningRateSchedule.OneCycle;
        return begun with
        {
            LeakySlope = hasSlope ? begun.LeakySlope : plain.LeakySlope,
            SkipLossBelow = hasBound ? begun.SkipLossBelow : plain.SkipLossBelow,
            LearningRate = hasBetas ? begun.LearningRate : plain.LearningRate,
            Beta1 = hasBetas ? begun.Beta1 : plain.Beta1,
            Beta2 = hasBetas ? begun.Beta2 : plain.Beta2,
            MomentumDecay = hasMomentumDecay ? begun.MomentumDecay : plain.MomentumDecay,
            WarmupSteps = hasWarmup ? begun.WarmupSteps : plain.WarmupSteps,
            EvaluateEvery = begun.Patience == 0 ? begun.EvaluateEvery : plain.EvaluateEvery,
        };
    }
}
