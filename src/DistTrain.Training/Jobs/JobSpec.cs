using System.Text.Json.Serialization;
using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Jobs;

/// <summary>
/// What is to be trained. Everything that the final weights depend on is here; who computes it, and on how many
/// machines, is not. Written to a run as <c>spec.json</c>.
/// </summary>
public sealed record JobSpec
{
    /// <summary>Last part of the run directory's name.</summary>
    public string Name { get; init; } = "lenet5";

    /// <summary><c>mnist</c>, <c>fashion-mnist</c>, <c>cifar10</c>, <c>synthetic[:N]</c>, <c>idx:FOLDER</c>, <c>images:FOLDER</c>, or <c>auto</c> until it is resolved.</summary>
    public string Dataset { get; init; } = "auto";

    /// <summary>SHA-256 of the data; empty until the coordinator has loaded it. A worker with other data is refused.</summary>
    public string DatasetFingerprint { get; init; } = "";

    /// <summary>HEIGHTxWIDTH that images are resized to; empty for what they are, or, of <c>images:</c>, what the model takes.</summary>
    public string ImageSize { get; init; } = "";

    /// <summary><c>yes</c> for one channel, <c>no</c> for three, <c>auto</c> for what images are, or, of <c>images:</c>, what the model takes.</summary>
    public string Grayscale { get; init; } = "auto";

    /// <summary>Mean that normalises pixels scaled to 0..1, one number or one a channel with commas; empty for that of the training pixels.</summary>
    public string Mean { get; init; } = "";

    /// <summary>Standard deviation that normalises them; empty for that of the training pixels.</summary>
    public string Deviation { get; init; } = "";

    /// <summary>Number of training images, or share of them if below 1, that are taken away to be evaluated with the test set; 0 for none. Drawn from the seed.</summary>
    public double Validation { get; init; }

    /// <summary>Training images are shifted by up to so many pixels, or that share of their side if below 1, in each direction; 0 for none.</summary>
    public double AugmentShift { get; init; }

    /// <summary>Training images are turned by up to so many degrees, either way; 0 for none.</summary>
    public double AugmentRotate { get; init; }

    /// <summary>Standard deviation of the noise that is added to training pixels scaled to 0..1; 0 for none.</summary>
    public double AugmentNoise { get; init; }

    /// <summary>Probability of each training image to be mirrored, left to right; 0 for none.</summary>
    public double AugmentFlip { get; init; }

    public string Model { get; init; } = "lenet5";

    /// <summary><c>modern</c> (ReLU, max-pool) or <c>classic</c> (sigmoid, average-pool).</summary>
    public string Variant { get; init; } = "modern";

    /// <summary>Behind hidden layers: <c>relu</c>, <c>leaky-relu</c>, <c>sigmoid</c>, <c>tanh</c>, <c>step</c>, or <c>auto</c> for the variant's.</summary>
    public string Activation { get; init; } = "auto";

    /// <summary>With <c>leaky-relu</c>: its slope below 0.</summary>
    public double LeakySlope { get; init; } = Models.NetworkOptions.DefaultLeakySlope;

    /// <summary><c>max</c>, <c>average</c>, or <c>auto</c> for the variant's.</summary>
    public string Pooling { get; init; } = "auto";

    /// <summary>In training, the probability of each value behind a hidden fully connected layer to be dropped; 0 for none.</summary>
    public double Dropout { get; init; }

    /// <summary><c>cross-entropy</c>, <c>mse</c> or <c>bce</c>: <see cref="Models.LossKind"/> has the formulas; or <c>auto</c> for the model's: mse of an autoencoder, else cross-entropy.</summary>
    public string Loss { get; init; } = "auto";

    /// <summary>In training, samples whose loss is below this take no part in the gradient; 0 for none.</summary>
    public double SkipLossBelow { get; init; }

    /// <summary><c>simd</c>, <c>torch</c>, or <c>auto</c> until the coordinator has resolved it: engines round differently, so all of a run's workers use one.</summary>
    public string Engine { get; init; } = "auto";

    /// <summary>Workers to wait for before the first step. Does not change the result.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Workers that may take part once others have joined; 0 for no more than <see cref="Workers"/>. Does not change the result.</summary>
    public int MaxWorkers { get; init; }

    /// <summary>Fixed parts of the training set; at most this many workers hold one.</summary>
    public int Shards { get; init; } = 4;

    /// <summary>Parameter servers, each with a contiguous range of the weights. Does not change the result.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Samples in one step over all shards.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Passes over the training set. The last need not be a whole one: 1.5 are three halves of the steps of one.</summary>
    public double Epochs { get; init; } = 10;

    /// <summary>Stop after this many steps even if epochs are left; null for no such limit.</summary>
    public long? Steps { get; init; }

    /// <summary><c>adam</c>, <c>adamw</c>, <c>nadam</c>, <c>sgd</c>, <c>momentum</c>, <c>nesterov</c> or <c>rmsprop</c>.</summary>
    public string Optimizer { get; init; } = OptimizerCatalog.Adam;

    /// <summary>Peak learning rate; null for what suits the optimizer, until the coordinator has resolved it.</summary>
    public double? LearningRate { get; init; }

    /// <summary><c>one-cycle</c>, <c>constant</c>, <c>step</c>, <c>cosine</c> or <c>linear</c>.</summary>
    public string Schedule { get; init; } = "one-cycle";

    /// <summary>The learning rate rises linearly over that many steps, or over that share of all steps if below 1. Not with <c>one-cycle</c>.</summary>
    public double WarmupSteps { get; init; }

    /// <summary>With <c>step</c>: epochs from one decay of the learning rate to the next.</summary>
    public int DecayEvery { get; init; } = 4;

    /// <summary>With <c>step</c>: what each decay multiplies the learning rate by.</summary>
    public double DecayFactor { get; init; } = 0.1;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    /// <summary>Of <c>adam</c>, <c>adamw</c>, <c>nadam</c> and <c>rmsprop</c>.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Of <c>momentum</c> and <c>nesterov</c>: what the buffer keeps of itself.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Of <c>nadam</c>: how fast its momentum grows from half of <see cref="Beta1"/>; the default is that of <c>torch.optim.NAdam</c>.</summary>
    public double MomentumDecay { get; init; } = 4e-3;

    /// <summary>Of <c>rmsprop</c>: what the mean of the squares keeps of itself.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>Largest Euclidean norm of the mean gradient over all weights: a larger one is shortened to it; 0 for any.</summary>
    public double ClipNorm { get; init; }

    /// <summary>The gradient gets this times the sign of the weight; 0 for none.</summary>
    public double L1 { get; init; }

    /// <summary>The gradient gets this times the weight; 0 for none.</summary>
    public double L2 { get; init; }

    /// <summary>Decoupled: a step takes this times the learning rate of each weight; null for what the optimizer has by default.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Epochs without an improvement after which the run ends; 0 to make all epochs.</summary>
    public int Patience { get; init; }

    /// <summary>With <see cref="Patience"/>: by how much a value must be better than the best so far.</summary>
    public double MinDelta { get; init; }

    /// <summary>With <see cref="Patience"/>: <c>loss</c> or <c>accuracy</c>, on the validation set if there is one, else on the test set.</summary>
    public string Monitor { get; init; } = JobEarlyStopping.Loss;

    /// <summary>Seeds the initial weights and every shuffle.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Run directory or checkpoint file, on the coordinator's machine, whose weights the first step starts from; empty to draw them from <see cref="Seed"/>.</summary>
    public string From { get; init; } = "";

    /// <summary>SHA-256 of those weights; empty until the coordinator has read them. Others are refused.</summary>
    public string FromSha256 { get; init; } = "";

    /// <summary>Threads that one worker's engine may use; <c>simd</c> uses one.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Steps between checkpoints besides those at the end of each epoch; 0 for none.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>Epochs from one evaluation on the test set, and on the validation set if there is one, to the next; the end of a completed run always has one. 0 for that one alone. Does not change the result.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>
    /// Milliseconds that a worker sleeps for the gradient of one shard instead of computing it; 0 to compute. The weights of
    /// such a job are the same whoever makes them, and of no use: it is for studies of scaling.
    /// </summary>
    public double EmulateStepMilliseconds { get; init; }

    /// <summary>Whether nothing is computed in truth.</summary>
    [JsonIgnore]
    public bool IsEmulated => EmulateStepMilliseconds > 0;
}
