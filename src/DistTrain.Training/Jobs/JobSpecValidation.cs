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
        ModelDescription model = spec.Network();
        _ = EngineFactory.Resolve(spec.Engine, model, out _);

        Require(spec.FromSha256.Length == 0 || spec.From.Length > 0, "fromSha256", $"'{spec.FromSha256}'", "empty without from, which names the weights that it is of");
        RequireRange(spec.Workers, 1, MostWorkers, "--workers");
        RequireRange(spec.Shards, 1, MostShards, "--shards");
        RequireRange(spec.Partitions, 1, model.Layout.Count, "--partitions", $" (the number of parameters of {model.Name})");
        RequireRange(spec.BatchSize, spec.Shards, int.MaxValue, "--batch-size", " (from one sample a shard on)");
        RequireRange(spec.Epochs, 1, int.MaxValue, "--epochs");
        RequireRange(spec.Steps ?? 1, 1, long.MaxValue, "--steps");
        RequireRange(spec.Threads, 1, MostThreads, "--threads");
        RequireRange(spec.CheckpointEvery, 0, int.MaxValue, "--checkpoint-every");

        Require(spec.LearningRate > 0 && double.IsFinite(spec.LearningRate), "--lr", Text(spec.LearningRate), "a finite number above 0");
        Require(IsCountOrShare(spec.WarmupSteps), "--warmup-steps", Text(spec.WarmupSteps), "a whole number of steps, or a share of all steps below 1");
        Require(
            spec.WarmupSteps == 0 || spec.Schedule != LearningRateSchedule.OneCycle,
            "--warmup-steps", Text(spec.WarmupSteps), "0 with the schedule one-cycle, which warms up by itself; or choose --schedule constant, step or cosine");
        RequireRange(spec.DecayEvery, 1, int.MaxValue, "--decay-every", " (epochs)");
        Require(spec.DecayFactor is > 0 and <= 1, "--decay-factor", Text(spec.DecayFactor), "a number above 0 up to 1");
        Require(
            spec.EmulateStepMilliseconds is >= 0 and <= MostEmulatedMilliseconds,
            "--emulate-step", Text(spec.EmulateStepMilliseconds), $"a number of milliseconds from 0 to {MostEmulatedMilliseconds}");
        Require(spec.Beta1 is >= 0 and < 1, "beta1", Text(spec.Beta1), "a number from 0 to below 1");
        Require(spec.Beta2 is >= 0 and < 1, "beta2", Text(spec.Beta2), "a number from 0 to below 1");

        // Above 0 as a float too: with a zero gradient it is all that stands between Adam and 0/0.
        Require((float)spec.Epsilon > 0 && double.IsFinite(spec.Epsilon), "epsilon", Text(spec.Epsilon), "a finite number above 1e-45");
    }

    private static bool IsCountOrShare(double value) => value is >= 0 and < 1 || (value is >= 1 and < 1e15 && double.IsInteger(value));

    private static void RequireRange(long value, long least, long most, string key, string note = "") =>
        Require(value >= least && value <= most, key, Text(value), $"a whole number from {least} to {most}{note}");

    private static void Require(bool holds, string key, string value, string allowed)
    {
        if (!holds)
        {
            throw new UserErrorException($"{key} is {value.ReplaceLineEndings(" ")}: it must be {allowed}");
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex PlainName();
}
