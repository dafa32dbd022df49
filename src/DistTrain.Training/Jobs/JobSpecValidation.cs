using System.Globalization;
using System.Text.RegularExpressions;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Jobs;

/// <summary>What a job's values may be.</summary>
public static partial class JobSpecValidation
{
    public const int MostShards = 1024;

    /// <summary>Of one shard's emulated gradient: beyond it, a worker would be taken for stuck.</summary>
    public const double MostEmulatedMilliseconds = 10_000;

    private const int MostThreads = 1024;
    private const int MostWorkers = 10_000;

    /// <exception cref="UserErrorException">The first value that cannot be: one line with its key, the value and what is allowed.</exception>
    public static void Validate(this JobSpec spec)
    {
        Require(PlainName().IsMatch(spec.Name), "--name", $"'{spec.Name}'", "letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 100");
        Require(spec.Dataset.Length > 0, "--dataset", "empty", "the name of a dataset, or auto");
        _ = DatasetRequest.Of(spec);
        Require(IsCountOrShare(spec.Validation), "--validation", Text(spec.Validation), "a whole number of images, or a share of them below 1");
        Require(IsCountOrShare(spec.AugmentShift), "--augment-shift", Text(spec.AugmentShift), "a whole number of pixels, or a share of an image's side below 1");
        Require(spec.AugmentRotate is >= 0 and <= ImageAugmentation.MostDegrees, "--augment-rotate", Text(spec.AugmentRotate), $"a number of degrees from 0 to {ImageAugmentation.MostDegrees}");
        Require(spec.AugmentNoise is >= 0 and <= ImageAugmentation.MostNoise, "--augment-noise", Text(spec.AugmentNoise), $"a number from 0 to {ImageAugmentation.MostNoise}");
        Require(spec.AugmentFlip is >= 0 and <= 1, "--augment-flip", Text(spec.AugmentFlip), "a probability from 0 to 1");
        LearningRateSchedule.RequireKnown(spec.Schedule);
        Require(spec.Dropout is >= 0 and < 1, "--dropout", Text(spec.Dropout), "a number from 0 to below 1");
        Require(spec.SkipLossBelow is >= 0 and < 1e9, "--skip-loss-below", Text(spec.SkipLossBelow), "a number from 0 to below 1e9");
        Require(spec.LeakySlope is >= 0 and < 1, "--leaky-slope", Text(spec.LeakySlope), "a number from 0 to below 1");
        ModelDescription model = spec.Network();
        Require(
            spec.LeakySlope == NetworkOptions.DefaultLeakySlope || spec.NetworkOptions().ChosenActivation == ActivationKind.LeakyRelu,
            "--leaky-slope", Text(spec.LeakySlope), "left out unless --activation is leaky-relu: others have no slope below 0 to choose");
        bool reconstructs = model.Task == ModelTask.Reconstruction;
        Require(
            !reconstructs || spec is { AugmentShift: 0, AugmentRotate: 0, AugmentFlip: 0 },
            "--model", $"'{spec.Model}'", "another one with --augment-shift, --augment-rotate or --augment-flip: an autoencoder is to give the image of the data set back (--augment-noise is fine: then it learns to remove it)");
        Require(!reconstructs || spec.Monitor == JobEarlyStopping.Loss, "--monitor", $"'{spec.Monitor}'", $"loss: model {model.Name} has no accuracy");
        _ = EngineFactory.Resolve(spec.Engine, model, out _);

        Require(spec.FromSha256.Length == 0 || spec.From.Length > 0, "fromSha256", $"'{spec.FromSha256}'", "empty without from, which names the weights that it is of");
        RequireRange(spec.Workers, 1, MostWorkers, "--workers");
        RequireRange(spec.Shards, 1, MostShards, "--shards");
        RequireRange(spec.Partitions, 1, model.Layout.Count, "--partitions", $" (the number of parameters of {model.Name})");
        RequireRange(spec.BatchSize, spec.Shards, int.MaxValue, "--batch-size", " (from one sample a shard on)");
        Require(spec.Epochs is > 0 and <= int.MaxValue, "--epochs", Text(spec.Epochs), $"a number above 0 up to {int.MaxValue}");
        RequireRange(spec.Steps ?? 1, 1, long.MaxValue, "--steps");
        RequireRange(spec.Threads, 1, MostThreads, "--threads");
        RequireRange(spec.CheckpointEvery, 0, int.MaxValue, "--checkpoint-every");
        RequireRange(spec.EvaluateEvery, 0, int.MaxValue, "--evaluate-every", " (epochs)");

        Require(spec.LearningRate is null or (> 0 and < double.PositiveInfinity), "--lr", Text(spec.LearningRate), "a finite number above 0");
        spec.RequireOptimizer();
        RequireRange(spec.Patience, 0, int.MaxValue, "--patience", " (epochs)");
        Require(spec.MinDelta is >= 0 and < double.PositiveInfinity, "--min-delta", Text(spec.MinDelta), "a finite number from 0 on");
        Require(spec.Monitor is JobEarlyStopping.Loss or JobEarlyStopping.Accuracy, "--monitor", $"'{spec.Monitor}'", "loss or accuracy");
        Require(spec.Patience > 0 || spec.MinDelta == 0, "--min-delta", Text(spec.MinDelta), "left away without --patience, which it is for");
        Require(spec.Patience > 0 || spec.Monitor == JobEarlyStopping.Loss, "--monitor", $"'{spec.Monitor}'", "left away without --patience, which it is for");
        Require(spec.Patience == 0 || !spec.IsEmulated, "--patience", Text(spec.Patience), "0 with --emulate-step: nothing is tested that could get better");
        Require(spec.Patience == 0 || spec.EvaluateEvery == 1, "--evaluate-every", Text(spec.EvaluateEvery), "1 with --patience, which looks at every epoch");
        Require(IsCountOrShare(spec.WarmupSteps), "--warmup-steps", Text(spec.WarmupSteps), "a whole number of steps, or a share of all steps below 1");
        Require(
            spec.WarmupSteps == 0 || spec.Schedule != LearningRateSchedule.OneCycle,
            "--warmup-steps", Text(spec.WarmupSteps), "0 with the schedule one-cycle, which warms up by itself; or choose --schedule constant, step, cosine or linear");
        RequireRange(spec.DecayEvery, 1, int.MaxValue, "--decay-every", " (epochs)");
        Require(spec.DecayFactor is > 0 and <= 1, "--decay-factor", Text(spec.DecayFactor), "a number above 0 up to 1");
        Require(
            spec.EmulateStepMilliseconds is >= 0 and <= MostEmulatedMilliseconds,
            "--emulate-step", Text(spec.EmulateStepMilliseconds), $"a number of milliseconds from 0 to {MostEmulatedMilliseconds}");
    }

    private static bool IsCountOrShare(double value) => value is >= 0 and < 1 || (value is >= 1 and < 1e15 && double.IsInteger(value));

    private static void RequireRange(long value, long least, long most, string key, string note = "") =>
        Require(value >= least && value <= most, key, Text(value), $"a whole number from {least} to {most}{note}");

    internal static void Require(bool holds, string key, string value, string allowed)
    {
        if (!holds)
        {
            throw new UserErrorException($"{key} is {value.ReplaceLineEndings(" ")}: it must be {allowed}");
        }
    }

    internal static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "absent";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex PlainName();
}
