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
        { new JobSpec { Schedule = "quadratic" }, "schedule", "'quadratic'", "one-cycle, constant, step, cosine or linear" },
        { new JobSpec { WarmupSteps = 10 }, "--warmup-steps", "10", "one-cycle, which warms up by itself" },
        { new JobSpec { Schedule = "cosine", WarmupSteps = -1 }, "--warmup-steps", "-1", "a whole number of steps" },
        { new JobSpec { Schedule = "cosine", WarmupSteps = 1.5 }, "--warmup-steps", "1.5", "a share of all steps below 1" },
        { new JobSpec { Schedule = "cosine", WarmupSteps = double.NaN }, "--warmup-steps", "NaN", "a whole number of steps" },
        { new JobSpec { DecayEvery = 0 }, "--decay-every", "0", "from 1 to" },
        { new JobSpec { DecayFactor = 0 }, "--decay-factor", "0", "above 0 up to 1" },
        { new JobSpec { DecayFactor = double.NaN }, "--decay-factor", "NaN", "above 0 up to 1" },
        { new JobSpec { Model = "vgg" }, "model", "'vgg'", "lenet5" },
        { new JobSpec { Variant = "old" }, "variant", "'old'", "classic" },
        { new JobSpec { Activation = "gelu" }, "--activation", "'gelu'", "relu, leaky-relu, sigmoid, tanh or step" },
        { new JobSpec { Activation = "Tanh" }, "--activation", "'Tanh'", "tanh" },
        { new JobSpec { Pooling = "min" }, "--pooling", "'min'", "auto, max or average" },
        { new JobSpec { Loss = "hinge" }, "--loss", "'hinge'", "auto, cross-entropy, mse or bce" },
        { new JobSpec { Activation = "leaky-relu", LeakySlope = 1 }, "--leaky-slope", "1", "from 0 to below 1" },
        { new JobSpec { Activation = "leaky-relu", LeakySlope = -0.1 }, "--leaky-slope", "-0.1", "from 0 to below 1" },
        { new JobSpec { Activation = "leaky-relu", LeakySlope = double.NaN }, "--leaky-slope", "NaN", "from 0 to below 1" },
        { new JobSpec { LeakySlope = 0.2 }, "--leaky-slope", "0.2", "unless --activation is leaky-relu" },
        { new JobSpec { Activation = "tanh", LeakySlope = 0.2 }, "--leaky-slope", "0.2", "unless --activation is leaky-relu" },
        { new JobSpec { Model = "mlp:784-20-10", Pooling = "max" }, "--pooling", "max", "leave --pooling out" },
        { new JobSpec { Model = "mlp:784-10", Activation = "tanh" }, "--activation", "tanh", "choose another --model" },
        { new JobSpec { AugmentShift = 2.5 }, "--augment-shift", "2.5", "a whole number of pixels, or a share" },
        { new JobSpec { AugmentShift = -1 }, "--augment-shift", "-1", "a whole number of pixels, or a share" },
        { new JobSpec { AugmentRotate = 180.5 }, "--augment-rotate", "180.5", "from 0 to 180" },
        { new JobSpec { AugmentNoise = double.NaN }, "--augment-noise", "NaN", "from 0 to 1" },
        { new JobSpec { Model = "autoencoder", AugmentShift = 1 }, "--model", "'autoencoder'", "another one with --augment-shift" },
        { new JobSpec { Model = "autoencoder", Patience = 1, Monitor = "accuracy" }, "--monitor", "'accuracy'", "has no accuracy" },
        { new JobSpec { AugmentFlip = 1.1 }, "--augment-flip", "1.1", "from 0 to 1" },
        { new JobSpec { SkipLossBelow = -0.1 }, "--skip-loss-below", "-0.1", "a number from 0" },
        { new JobSpec { SkipLossBelow = double.NaN }, "--skip-loss-below", "NaN", "a number from 0" },
        { new JobSpec { SkipLossBelow = double.PositiveInfinity }, "--skip-loss-below", "Infinity", "below 1e9" },
        { new JobSpec { Dropout = -0.1 }, "--dropout", "-0.1", "from 0 to below 1" },
        { new JobSpec { Dropout = 1 }, "--dropout", "1", "from 0 to below 1" },
        { new JobSpec { Dropout = double.NaN }, "--dropout", "NaN", "from 0 to below 1" },
        { new JobSpec { Model = "mlp:784-10", Dropout = 0.5 }, "--dropout", "0.5", "choose another --model" },
        { new JobSpec { Model = "linear", Dropout = 0.5 }, "--dropout", "0.5", "no hidden layer to drop" },
        { new JobSpec { Model = "cnn:3x31x32-10" }, "model", "'cnn:3x31x32-10'", "multiples of 4" },
        { new JobSpec { Model = "autoencoder", Loss = "cross-entropy" }, "--loss", "cross-entropy", "choose --loss mse or bce" },
        { new JobSpec { Model = "autoencoder", Pooling = "max" }, "--pooling", "max", "has no pooling" },
        { new JobSpec { Model = "cnn", Engine = "simd" }, "engine 'simd'", "model cnn", "choose --engine torch" },
        { new JobSpec { Workers = 0 }, "--workers", "0", "from 1 to" },
        { new JobSpec { Shards = 0 }, "--shards", "0", "from 1 to 1024" },
        { new JobSpec { Shards = 1025, BatchSize = 2000 }, "--shards", "1025", "from 1 to 1024" },
        { new JobSpec { Partitions = 0 }, "--partitions", "0", "from 1 to 61706" },
        { new JobSpec { Partitions = 61707 }, "--partitions", "61707", "from 1 to 61706" },
        { new JobSpec { BatchSize = 3 }, "--batch-size", "3", "from 4 to" },
        { new JobSpec { Epochs = 0 }, "--epochs", "0", "above 0" },
        { new JobSpec { Epochs = double.NaN }, "--epochs", "NaN", "above 0" },
        { new JobSpec { Epochs = 1e10 }, "--epochs", "10000000000", "up to 2147483647" },
        { new JobSpec { Steps = 0 }, "--steps", "0", "from 1 to" },
        { new JobSpec { LearningRate = 0 }, "--lr", "0", "above 0" },
        { new JobSpec { LearningRate = double.PositiveInfinity }, "--lr", "Infinity", "finite" },
        { new JobSpec { LearningRate = double.NaN }, "--lr", "NaN", "finite" },
        { new JobSpec { Beta1 = 1 }, "--beta1", "1", "below 1" },
        { new JobSpec { Beta2 = -0.1 }, "--beta2", "-0.1", "below 1" },
        { new JobSpec { Epsilon = 0 }, "--epsilon", "0", "above" },
        { new JobSpec { Epsilon = 1e-60 }, "--epsilon", "1E-60", "above" },
        { new JobSpec { Optimizer = "lion" }, "optimizer", "'lion'", "adam, adamw, nadam, sgd, momentum, nesterov or rmsprop" },
        { new JobSpec { Optimizer = "momentum", Momentum = 1 }, "--momentum", "1", "below 1" },
        { new JobSpec { Optimizer = "rmsprop", Alpha = -0.1 }, "--alpha", "-0.1", "below 1" },
        { new JobSpec { Optimizer = "sgd", Momentum = 0.8 }, "--momentum", "0.8", "left away with the optimizer sgd, which has no such thing; it is for momentum or nesterov" },
        { new JobSpec { MomentumDecay = 1 }, "--momentum-decay", "1", "it is for nadam" },
        { new JobSpec { Optimizer = "nadam", MomentumDecay = -1 }, "--momentum-decay", "-1", "from 0 to below 1000" },
        { new JobSpec { Alpha = 0.9 }, "--alpha", "0.9", "it is for rmsprop" },
        { new JobSpec { Optimizer = "rmsprop", Beta1 = 0.8 }, "--beta1", "0.8", "it is for adam, adamw or nadam" },
        { new JobSpec { Optimizer = "nesterov", Epsilon = 1e-6 }, "--epsilon", "1E-06", "it is for adam, adamw, nadam or rmsprop" },
        { new JobSpec { Patience = -1 }, "--patience", "-1", "from 0 to" },
        { new JobSpec { Patience = 2, EmulateStepMilliseconds = 1 }, "--patience", "2", "nothing is tested" },
        { new JobSpec { MinDelta = 0.1 }, "--min-delta", "0.1", "without --patience" },
        { new JobSpec { Patience = 2, MinDelta = double.NaN }, "--min-delta", "NaN", "from 0 on" },
        { new JobSpec { Monitor = "accuracy" }, "--monitor", "'accuracy'", "without --patience" },
        { new JobSpec { Patience = 2, Monitor = "f1" }, "--monitor", "'f1'", "loss or accuracy" },
        { new JobSpec { ClipNorm = -1 }, "--clip-norm", "-1", "0 for no clipping" },
        { new JobSpec { L1 = -1 }, "--l1", "-1", "from 0 to 100" },
        { new JobSpec { L2 = double.NaN }, "--l2", "NaN", "from 0 to 100" },
        { new JobSpec { WeightDecay = 0.1 }, "--weight-decay", "0.1", "its decoupled form is --optimizer adamw" },
        { new JobSpec { Optimizer = "sgd", WeightDecay = 20 }, "--weight-decay", "20", "below 1 / learning rate" },
        { new JobSpec { Threads = 0 }, "--threads", "0", "from 1 to" },
        { new JobSpec { EmulateStepMilliseconds = -1 }, "--emulate-step", "-1", "from 0 to 10000" },
        { new JobSpec { EmulateStepMilliseconds = double.NaN }, "--emulate-step", "NaN", "milliseconds" },
        { new JobSpec { EvaluateEvery = -1 }, "--evaluate-every", "-1", "from 0 to" },
        { new JobSpec { EvaluateEvery = 2, Patience = 3 }, "--evaluate-every", "2", "1 with --patience" },
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
