using System.Globalization;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;
using static DistTrain.Node.Commands.SettingValue;

namespace DistTrain.Node.Commands;

/// <summary>Every knob of <c>train</c>, in the order of its help text.</summary>
internal static class TrainSettings
{
    private static readonly JobSpec Defaults = new();

    /// <summary>What the final weights depend on, and who computes them: the keys of a run's <c>spec.json</c>.</summary>
    public static IReadOnlyList<Setting<TrainOptions>> Spec { get; } =
    [
        InSpec("--dataset", "dataset", "NAME", "mnist, fashion-mnist, cifar10, synthetic[:N], idx:FOLDER (four IDX files), images:FOLDER (train/CLASS/*.png and test/CLASS/*.png, or CLASS/*.png), or auto: the first of MNIST, Fashion-MNIST and synthetic that can be had", Defaults.Dataset, (s, from, v) => s with { Dataset = NotEmpty(from, v, "mnist, fashion-mnist, cifar10, synthetic[:N], idx:FOLDER, images:FOLDER or auto") }),
        InSpec("--image-size", "imageSize", "HxW", "resize images to that height and width, such as 28x28; without it images: become what the model takes, other sets stay as they are", null, (s, from, v) => s with { ImageSize = v.Length == 0 ? v : DatasetRequest.ReadSize(from, v).ToString() }),
        InSpec("--grayscale", "grayscale", "yes|no|auto", "one channel instead of three; auto: images: become what the model takes, other sets stay as they are", Defaults.Grayscale, (s, from, v) => s with { Grayscale = v.Length == 0 ? DatasetRequest.GrayscaleYes : Checked(v, DatasetRequest.ReadGrayscale(from, v)) }),
        InSpec("--mean", "mean", "X", "mean that normalises pixels from 0 to 1, a number or one a channel (0.49,0.48,0.45); without it that of the training pixels", null, (s, from, v) => s with { Mean = v.Length == 0 ? v : DatasetRequest.ReadMean(from, v).ToString() }),
        InSpec("--deviation", "deviation", "X", "standard deviation that normalises them, likewise", null, (s, from, v) => s with { Deviation = v.Length == 0 ? v : DatasetRequest.ReadDeviation(from, v).ToString() }),
        InSpec("--validation", "validation", "N", "take N training images, or that share of them if below 1, away by lot and evaluate them with the test set", Text(Defaults.Validation), (s, from, v) => s with { Validation = CountOrShare(from, v) }),
        InSpec("--augment-shift", "augmentShift", "P", AugmentationOptions.AboutShift, Text(Defaults.AugmentShift), (s, from, v) => s with { AugmentShift = CountOrShare(from, v) }),
        InSpec("--augment-rotate", "augmentRotate", "DEGREES", AugmentationOptions.AboutRotate, Text(Defaults.AugmentRotate), (s, from, v) => s with { AugmentRotate = Within(from, v, 0, ImageAugmentation.MostDegrees) }),
        InSpec("--augment-noise", "augmentNoise", "SIGMA", AugmentationOptions.AboutNoise, Text(Defaults.AugmentNoise), (s, from, v) => s with { AugmentNoise = Within(from, v, 0, ImageAugmentation.MostNoise) }),
        InSpec("--augment-flip", "augmentFlip", "P", AugmentationOptions.AboutFlip, Text(Defaults.AugmentFlip), (s, from, v) => s with { AugmentFlip = Within(from, v, 0, 1) }),
        InSpec("--model", "model", "NAME", $"network to train: {ModelCatalog.Names}", Defaults.Model, (s, from, v) => s with { Model = NotEmpty(from, v, ModelCatalog.Names) }),
        InSpec("--variant", "variant", "modern|classic", "modern (ReLU, max-pool) or classic (sigmoid, average-pool)", Defaults.Variant, (s, from, v) => s with { Variant = Choice(from, v, "modern", "classic") }),
        InSpec("--activation", "activation", "NAME", "f(x) behind hidden layers: relu max(0, x), leaky-relu (x, or --leaky-slope times x below 0), sigmoid 1/(1 + e^-x), tanh, step (1 above 0, else 0; its gradient is passed straight through where |x| <= 1), or auto: what --variant says", Defaults.Activation, (s, from, v) => s with { Activation = Choice(from, v, "auto", "relu", "leaky-relu", "sigmoid", "tanh", "step") }),
        InSpec("--leaky-slope", "leakySlope", "X", "with --activation leaky-relu: its slope below 0", Text(Defaults.LeakySlope), (s, from, v) => s with { LeakySlope = Number(from, v, 0, 1, inclusive: true) }),
        InSpec("--pooling", "pooling", "max|average", "of 2 x 2 values, or auto: what --variant says", Defaults.Pooling, (s, from, v) => s with { Pooling = Choice(from, v, "auto", "max", "average") }),
        InSpec("--loss", "loss", "NAME", "of the outputs z, with t 1 for the label and 0 for the others: cross-entropy -log p of the label, where p = softmax(z); mse, the mean over classes of (p - t)^2; bce, the mean over classes of log(1 + e^z) - t z; or auto: mse of an autoencoder, where p = sigmoid(z) and t is the pixel, cross-entropy of others", Defaults.Loss, (s, from, v) => s with { Loss = Choice(from, v, "auto", "cross-entropy", "mse", "bce") }),
        InSpec("--skip-loss-below", "skipLossBelow", "L", "leave samples whose loss is below L out of the gradient, in training alone: with simd they cost no way back; 0 for none. Losses and accuracies shown still count them", Text(Defaults.SkipLossBelow), (s, from, v) => s with { SkipLossBelow = Number(from, v, 0, 1e9, inclusive: true) }),
        InSpec("--dropout", "dropout", "P", "drop each value behind a hidden fully connected layer with this probability, in training alone; kept values grow by 1/(1 - P)", Text(Defaults.Dropout), (s, from, v) => s with { Dropout = Number(from, v, 0, 1, inclusive: true) }),
        InSpec("--engine", "engine", "NAME", "what computes the gradients: simd (lenet5, mlp, linear and autoencoder, in C#), torch (any model, by libtorch), or auto: simd where it can", Defaults.Engine, (s, from, v) => s with { Engine = NotEmpty(from, v, "auto, simd or torch") }),
        InSpec("--workers", "workers", "N", "workers to wait for before the first step; does not change the result", Text(Defaults.Workers), (s, from, v) => s with { Workers = Integer(from, v, 1, 10_000) }),
        InSpec("--max-workers", "maxWorkers", "N", "workers that may take part once others have joined; 0 for no more than --workers", Text(Defaults.MaxWorkers), (s, from, v) => s with { MaxWorkers = Integer(from, v, 0, 1024) }),
        InSpec("--shards", "shards", "S", "fixed parts of the training set; at most this many workers hold one, and with simd idle ones of the same process help", Text(Defaults.Shards), (s, from, v) => s with { Shards = Integer(from, v, 1, 1024) }),
        InSpec("--partitions", "partitions", "K", "parameter servers, each with a range of the weights; does not change the result", Text(Defaults.Partitions), (s, from, v) => s with { Partitions = Integer(from, v, 1, int.MaxValue) }),
        InSpec("--batch-size", "batchSize", "B", "samples in one step over all shards", Text(Defaults.BatchSize), (s, from, v) => s with { BatchSize = Integer(from, v, 1, int.MaxValue) }),
        InSpec("--epochs", "epochs", "E", "passes over the training set; 1.5 makes half of a second one, and the schedule ends there", Text(Defaults.Epochs), (s, from, v) => s with { Epochs = Number(from, v, 0, int.MaxValue, inclusive: false) }),
        InSpec("--steps", "steps", "N", "stop after N steps, even if epochs are left", null, (s, from, v) => s with { Steps = Integer(from, v, 1, long.MaxValue) }),
        InSpec("--optimizer", "optimizer", "NAME", "what makes steps of gradients g, as torch.optim does: adam, adamw, nadam (Adam with Nesterov's momentum), sgd (w - lr g), momentum (b = M b + g; w - lr b), nesterov (w - lr (g + M b)) or rmsprop (v = A v + (1 - A) g^2; w - lr g / (sqrt(v) + epsilon))", Defaults.Optimizer, (s, from, v) => s with { Optimizer = Choice(from, v, [.. OptimizerCatalog.All.Select(known => known.Name)]) }),
        InSpec("--lr", "learningRate", "X", "peak learning rate, or auto: " + string.Join(", ", OptimizerCatalog.All.Select(known => $"{Text(known.LearningRate)} with {known.Name}")), "auto", (s, from, v) => s with { LearningRate = v == "auto" ? null : Number(from, v, 0, 1000, inclusive: false) }, variable: "DISTTRAIN_LR"),
        InSpec("--schedule", "schedule", "NAME", "how the learning rate moves: one-cycle, constant, step (falls every --decay-every epochs), cosine or linear (both fall to almost 0)", Defaults.Schedule, (s, from, v) => s with { Schedule = Choice(from, v, "one-cycle", "constant", "step", "cosine", "linear") }),
        InSpec("--warmup-steps", "warmupSteps", "N", "the learning rate rises linearly over the first N steps, or that share of all steps if below 1; not with one-cycle", Text(Defaults.WarmupSteps), (s, from, v) => s with { WarmupSteps = Number(from, v, 0, 1e15, inclusive: true) }),
        InSpec("--decay-every", "decayEvery", "E", "with --schedule step: epochs from one decay to the next", Text(Defaults.DecayEvery), (s, from, v) => s with { DecayEvery = Integer(from, v, 1, int.MaxValue) }),
        InSpec("--decay-factor", "decayFactor", "X", "with --schedule step: what a decay multiplies the learning rate by", Text(Defaults.DecayFactor), (s, from, v) => s with { DecayFactor = Number(from, v, 0, 1, inclusive: false) }),
        InSpec("--momentum", "momentum", "M", "of momentum and nesterov: what the buffer b keeps of itself", Text(Defaults.Momentum), (s, from, v) => s with { Momentum = Number(from, v, 0, 1, inclusive: true) }),
        InSpec("--alpha", "alpha", "A", "of rmsprop: what the mean v of the squares keeps of itself", Text(Defaults.Alpha), (s, from, v) => s with { Alpha = Number(from, v, 0, 1, inclusive: true) }),
        InSpec("--beta1", "beta1", "X", "decay of Adam's first moment", Text(Defaults.Beta1), (s, from, v) => s with { Beta1 = Number(from, v, 0, 1, inclusive: true) }),
        InSpec("--beta2", "beta2", "X", "decay of Adam's second moment", Text(Defaults.Beta2), (s, from, v) => s with { Beta2 = Number(from, v, 0, 1, inclusive: true) }),
        InSpec("--momentum-decay", "momentumDecay", "X", "of nadam: its momentum at step t is beta1 (1 - 0.96^(t X) / 2), half of beta1 at first; with 10 it is all of it after some ten steps", Text(Defaults.MomentumDecay), (s, from, v) => s with { MomentumDecay = Number(from, v, 0, 1000, inclusive: true) }),
        InSpec("--epsilon", "epsilon", "X", "of adam, adamw, nadam and rmsprop: added to the square root that they divide by", Text(Defaults.Epsilon), (s, from, v) => s with { Epsilon = Number(from, v, 0, 1, inclusive: false) }),
        InSpec("--clip-norm", "clipNorm", "C", "shorten a mean gradient whose norm over all weights is larger to C: g min(1, C / (|g| + 1e-6)), before penalties; 0 for no limit", Text(Defaults.ClipNorm), (s, from, v) => s with { ClipNorm = Number(from, v, 0, 1e9, inclusive: true) }),
        InSpec("--l1", "l1", "X", "penalty X |w| on all weights and biases: the gradient gets X sign(w); not in the losses shown", Text(Defaults.L1), (s, from, v) => s with { L1 = Number(from, v, 0, 100, inclusive: true) }),
        InSpec("--l2", "l2", "X", "penalty X/2 w^2 on all weights and biases: the gradient gets X w (weight_decay of torch.optim.SGD and Adam); not in the losses shown", Text(Defaults.L2), (s, from, v) => s with { L2 = Number(from, v, 0, 100, inclusive: true) }),
        InSpec("--weight-decay", "weightDecay", "X", "decoupled: each step multiplies all weights and biases by 1 - lr X first; auto: 0.01 with adamw, else 0; not with adam", "auto", (s, from, v) => s with { WeightDecay = v == "auto" ? null : Number(from, v, 0, 100, inclusive: true) }),
        InSpec("--patience", "patience", "N", "end the run after N epochs without an improvement on the validation set, or on the test set if there is none (--validation); 0 to make all epochs", Text(Defaults.Patience), (s, from, v) => s with { Patience = Integer(from, v, 0, int.MaxValue) }),
        InSpec("--min-delta", "minDelta", "X", "with --patience: by how much a loss or an accuracy (0 to 1) must be better than the best so far", Text(Defaults.MinDelta), (s, from, v) => s with { MinDelta = Number(from, v, 0, 1000, inclusive: true) }),
        InSpec("--monitor", "monitor", "loss|accuracy", "with --patience: which of the two must get better", Defaults.Monitor, (s, from, v) => s with { Monitor = Choice(from, v, JobEarlyStopping.Loss, JobEarlyStopping.Accuracy) }),
        InSpec("--seed", "seed", "N", "seeds the initial weights and every shuffle", Text(Defaults.Seed), (s, from, v) => s with { Seed = Unsigned(from, v) }),
        InSpec("--from", "from", "RUN|FILE", "start from the weights of this run directory or checkpoint file, instead of drawing them from the seed", null, (s, from, v) => s with { From = v }),
        InSpec("--threads", "threads", "N", "threads of one worker's engine; simd uses one, and those of idle workers of the process", Text(Defaults.Threads), (s, from, v) => s with { Threads = Integer(from, v, 1, 1024) }),
        InSpec("--checkpoint-every", "checkpointEvery", "N", "steps between checkpoints besides those at each epoch's end; 0 for none", Text(Defaults.CheckpointEvery), (s, from, v) => s with { CheckpointEvery = Integer(from, v, 0, int.MaxValue) }),
        InSpec("--evaluate-every", "evaluateEvery", "E", "epochs from one evaluation on the test and validation sets to the next, besides that at the end; 0 for that one alone, 1 with --patience. Evaluations share the processors with training", Text(Defaults.EvaluateEvery), (s, from, v) => s with { EvaluateEvery = Integer(from, v, 0, int.MaxValue) }),
        InSpec("--emulate-step", "emulateStepMilliseconds", "TIME", "sleep that long, such as 20ms, for each shard's gradient instead of computing it: to study more workers than cores; the weights are of no use", null, (s, from, v) => s with { EmulateStepMilliseconds = Milliseconds(from, v, JobSpecValidation.MostEmulatedMilliseconds) }),
        InSpec("--name", "name", "NAME", "last part of the run directory's name; without it the model's", null, (s, from, v) => s with { Name = SettingValue.Name(from, v) }),
        new(null, "fromSha256", null, "", "", null, (o, from, v) => o with { Spec = o.Spec with { FromSha256 = v } }),
        new(null, "datasetFingerprint", null, "", "", null, (o, from, v) => o with { Spec = o.Spec with { DatasetFingerprint = v } }),
    ];

    /// <summary>Where and how it runs.</summary>
    public static IReadOnlyList<Setting<TrainOptions>> Place { get; } =
    [
        new("--data-dir", null, null, "DIR", "folder that holds the data set, instead of the usual places (DISTTRAIN_DATA names one to look in first)", null, (o, from, v) => o with { DataDirectory = NotEmpty(from, v, "a folder") }),
        new("--run-dir", null, "DISTTRAIN_RUN_DIR", "DIR", "run directory to write, absent or empty (default: runs/TIME-NAME)", null, (o, from, v) => o with { RunDirectory = NotEmpty(from, v, "a folder") }),
        new("--resume", null, null, "RUN", "run directory to go on with, from its last good checkpoint; its own spec decides, only --workers may differ", null, (o, from, v) => o with { Resume = NotEmpty(from, v, "a run directory") }),
        new("--placement", null, "DISTTRAIN_PLACEMENT", "inproc|processes", "inproc: all in this process; processes: coordinator, servers and workers as child processes", "inproc", (o, from, v) => o with { Placement = Choice(from, v, "inproc", "processes") == "inproc" ? Placement.InProcess : Placement.Processes }),
        new("--cluster", null, "DISTTRAIN_CLUSTER", "URL", "submit to the coordinator at http://HOST:PORT and follow the run", null, (o, from, v) => o with { Cluster = ClusterUrl(from, v) }),
        new("--worker-timeout", null, "DISTTRAIN_WORKER_TIMEOUT", "SECONDS", "how long to wait for the workers asked for", "60", (o, from, v) => o with { WorkerTimeout = Seconds(from, v) }),
        new("--trace", null, null, "FILE", "write what every worker and partition did when, for Perfetto or chrome://tracing: the first 2,000 steps, fewer (32,000 / shards) with more than 16 shards", null, (o, from, v) => o with { Trace = NotEmpty(from, v, "a file") }),
    ];

    private static Setting<TrainOptions> InSpec(
        string? option, string key, string placeholder, string description, string? byDefault, Func<JobSpec, string, string, JobSpec> apply, string? variable = null) =>
        new(option, key, variable ?? VariableOf(option), placeholder, description, byDefault, (o, from, v) => o with { Spec = apply(o.Spec, from, v) });

    /// <summary>The text as it is, once it has been read without a complaint.</summary>
    private static string Checked<T>(string text, T read) => text;

    private static string? VariableOf(string? option) =>
        option is null ? null : "DISTTRAIN_" + option[2..].Replace('-', '_').ToUpperInvariant();

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
