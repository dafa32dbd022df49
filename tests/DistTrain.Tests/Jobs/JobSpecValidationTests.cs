using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Jobs;

public sealed class JobSpecValidationTests
{
    public static TheoryData<JobSpec, string, string, string> Bad => new()
    {
        { new JobSpec { Name = "" }, "--name", "''", "letters" },
        { new JobSpec { Name = "../x" }, "--name", "'../x'", "letters" },
        { new JobSpec { Name = "a\nb" }, "--name", "'a b'", "letters" },
        { new JobSpec { Dataset = "" }, "--dataset", "empty", "auto" },
        { new JobSpec { Engine = "jax" }, "engine", "'jax'", "simd" },
        { new JobSpec { Schedule = "linear" }, "schedule", "'linear'", "one-cycle, constant, step or cosine" },
        { new JobSpec { WarmupSteps = 10 }, "--warmup-steps", "10", "one-cycle, which warms up by itself" },
        { new JobSpec { Schedule = "cosine", WarmupSteps = -1 }, "--warmup-steps", "-1", "a whole number of steps" },
        { new JobSpec { Schedule = "cosine", WarmupSteps = 1.5 }, "--warmup-steps", "1.5", "a share of all steps below 1" },
        { new JobSpec { Schedule = "cosine", WarmupSteps = double.NaN }, "--warmup-steps", "NaN", "a whole number of steps" },
        { new JobSpec { DecayEvery = 0 }, "--decay-every", "0", "from 1 to" },
        { new JobSpec { DecayFactor = 0 }, "--decay-factor", "0", "above 0 up to 1" },
        { new JobSpec { DecayFactor = double.NaN }, "--decay-factor", "NaN", "above 0 up to 1" },
        { new JobSpec { Model = "vgg" }, "model", "'vgg'", "lenet5" },
        { new JobSpec { Variant = "old" }, "variant", "'old'", "classic" },
        { new JobSpec { AugmentShift = 2.5 }, "--augment-shift", "2.5", "a whole number of pixels, or a share" },
        { new JobSpec { AugmentShift = -1 }, "--augment-shift", "-1", "a whole number of pixels, or a share" },
        { new JobSpec { AugmentRotate = 180.5 }, "--augment-rotate", "180.5", "from 0 to 180" },
        { new JobSpec { AugmentNoise = double.NaN }, "--augment-noise", "NaN", "from 0 to 1" },
        { new JobSpec { AugmentFlip = 1.1 }, "--augment-flip", "1.1", "from 0 to 1" },
        { new JobSpec { Dropout = -0.1 }, "--dropout", "-0.1", "from 0 to below 1" },
        { new JobSpec { Dropout = 1 }, "--dropout", "1", "from 0 to below 1" },
        { new JobSpec { Dropout = double.NaN }, "--dropout", "NaN", "from 0 to below 1" },
        { new JobSpec { Model = "mlp:784-10", Dropout = 0.5 }, "--dropout", "0.5", "add a width" },
        { new JobSpec { Workers = 0 }, "--workers", "0", "from 1 to" },
        { new JobSpec { Shards = 0 }, "--shards", "0", "from 1 to 1024" },
        { new JobSpec { Shards = 1025, BatchSize = 2000 }, "--shards", "1025", "from 1 to 1024" },
        { new JobSpec { Partitions = 0 }, "--partitions", "0", "from 1 to 61706" },
        { new JobSpec { Partitions = 61707 }, "--partitions", "61707", "from 1 to 61706" },
        { new JobSpec { BatchSize = 3 }, "--batch-size", "3", "from 4 to" },
        { new JobSpec { Epochs = 0 }, "--epochs", "0", "from 1 to" },
        { new JobSpec { Steps = 0 }, "--steps", "0", "from 1 to" },
        { new JobSpec { LearningRate = 0 }, "--lr", "0", "above 0" },
        { new JobSpec { LearningRate = double.PositiveInfinity }, "--lr", "Infinity", "finite" },
        { new JobSpec { LearningRate = double.NaN }, "--lr", "NaN", "finite" },
        { new JobSpec { Beta1 = 1 }, "beta1", "1", "below 1" },
        { new JobSpec { Beta2 = -0.1 }, "beta2", "-0.1", "below 1" },
        { new JobSpec { Epsilon = 0 }, "epsilon", "0", "above" },
        { new JobSpec { Epsilon = 1e-60 }, "epsilon", "1E-60", "above" },
        { new JobSpec { Threads = 0 }, "--threads", "0", "from 1 to" },
        { new JobSpec { EmulateStepMilliseconds = -1 }, "--emulate-step", "-1", "from 0 to 10000" },
        { new JobSpec { EmulateStepMilliseconds = double.NaN }, "--emulate-step", "NaN", "milliseconds" },
        { new JobSpec { CheckpointEvery = -1 }, "--checkpoint-every", "-1", "from 0 to" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Bad_value_is_a_one_line_error_with_key_value_and_what_is_allowed(JobSpec spec, string key, string value, string allowed)
    {
        var error = Assert.Throws<UserErrorException>(spec.Validate);

        Assert.StartsWith(key, error.Message, StringComparison.Ordinal);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Defaults_are_valid() => new JobSpec().Validate();

    [Fact]
    public void Limits_are_valid() => new JobSpec
    {
        Workers = 1,
        Shards = 1024,
        BatchSize = 1024,
        Partitions = 61706,
        Epochs = 1,
        Steps = 1,
        Threads = 1,
        Model = "lenet5",
        Variant = "classic",
        Schedule = "constant",
    }.Validate();
}
