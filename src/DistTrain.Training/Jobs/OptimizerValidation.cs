using DistTrain.Training.Optimizers;
using static DistTrain.Training.Jobs.JobSpecValidation;

namespace DistTrain.Training.Jobs;

/// <summary>What a job's optimizer and penalties may be, together and each on its own.</summary>
internal static class OptimizerValidation
{
    private const double MostPenalty = 100;
    private const double MostNorm = 1e9;

    // With more, momentum is whole from the first update on, as it is with this.
    private const double MostMomentumDecay = 1000;

    private static readonly JobSpec Defaults = new();

    /// <exception cref="UserErrorException">The first value that cannot be, or that the job's optimizer would not use.</exception>
    public static void RequireOptimizer(this JobSpec spec)
    {
        OptimizerDescription optimizer = OptimizerCatalog.Find(spec.Optimizer);
        RequireShare(spec.Beta1, "--beta1");
        RequireShare(spec.Beta2, "--beta2");
        RequireShare(spec.Momentum, "--momentum");
        RequireShare(spec.Alpha, "--alpha");
        Require(spec.MomentumDecay is >= 0 and < MostMomentumDecay, "--momentum-decay", Text(spec.MomentumDecay), $"a number from 0 to below {MostMomentumDecay}");

        // Above 0 as a float too: with a zero gradient it is all that stands between Adam and 0/0.
        Require((float)spec.Epsilon > 0 && double.IsFinite(spec.Epsilon), "--epsilon", Text(spec.Epsilon), "a finite number above 1e-45");
        Require(spec.ClipNorm is >= 0 and <= MostNorm, "--clip-norm", Text(spec.ClipNorm), $"a number above 0 up to {MostNorm}, or 0 for no clipping");
        RequirePenalty(spec.L1, "--l1");
        RequirePenalty(spec.L2, "--l2");
        RequirePenalty(spec.WeightDecay ?? 0, "--weight-decay");

        RequireOwn(optimizer, OptimizerSettings.Betas, spec.Beta1, Defaults.Beta1, "--beta1");
        RequireOwn(optimizer, OptimizerSettings.Betas, spec.Beta2, Defaults.Beta2, "--beta2");
        RequireOwn(optimizer, OptimizerSettings.Epsilon, spec.Epsilon, Defaults.Epsilon, "--epsilon");
        RequireOwn(optimizer, OptimizerSettings.Momentum, spec.Momentum, Defaults.Momentum, "--momentum");
        RequireOwn(optimizer, OptimizerSettings.MomentumDecay, spec.MomentumDecay, Defaults.MomentumDecay, "--momentum-decay");
        RequireOwn(optimizer, OptimizerSettings.Alpha, spec.Alpha, Defaults.Alpha, "--alpha");
        Require(
            spec.WeightDecay is null or 0 || optimizer.Takes.HasFlag(OptimizerSettings.WeightDecay),
            "--weight-decay", Text(spec.WeightDecay), $"0 with the optimizer {optimizer.Name}: its decoupled form is --optimizer adamw, and its penalty --l2");
        double decay = spec.WeightDecay ?? optimizer.WeightDecay;
        Require(spec.PeakLearningRate() * decay < 1, "--weight-decay", Text(decay), "below 1 / learning rate: more would turn every weight's sign");
    }

    private static void RequireShare(double value, string key) => Require(value is >= 0 and < 1, key, Text(value), "a number from 0 to below 1");

    private static void RequirePenalty(double value, string key) =>
        Require(value is >= 0 and <= MostPenalty, key, Text(value), $"a number from 0 to {MostPenalty}");

    private static void RequireOwn(OptimizerDescription optimizer, OptimizerSettings setting, double value, double byDefault, string key) =>
        Require(
            value == byDefault || optimizer.Takes.HasFlag(setting),
            key, Text(value), $"left away with the optimizer {optimizer.Name}, which has no such thing; it is for {OptimizerCatalog.With(setting)}");
}
