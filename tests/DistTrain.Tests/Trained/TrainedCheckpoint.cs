using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Trained;

/// <summary>Checkpoints of networks that have seen a few synthetic digits, so that they are sure of some and wrong about others.</summary>
internal static class TrainedCheckpoint
{
    public const string Dataset = "synthetic:1200";

    public static readonly ImageDataset Digits = Training.Data.Synthetic.SyntheticDigits.Draw(Dataset, 1200);

    public static Checkpoint Of(string modelName, string variant, int steps = 30) => Of(new JobSpec { Model = modelName, Variant = variant, Dataset = Dataset }, steps);

    public static Checkpoint Of(JobSpec job, int steps = 30)
    {
        ModelDescription model = job.Network();
        float[] weights = new float[model.Layout.Count];
        model.Initialise(job.Seed, weights);
        float[] gradient = new float[weights.Length];
        var batch = new Batch(Digits.Train, Digits.Mean, Digits.StandardDeviation, 40);
        using IGradientEngine engine = new EngineFactory("auto", 1).Create(model);
        for (int step = 0; step < steps; step++)
        {
            batch.Fill(Digits.Train, [.. Enumerable.Range(40 * step % 1200, 40)]);
            engine.ComputeGradient(weights, batch, gradient);
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] -= 0.1f / 40 * gradient[i];
            }
        }

        return new Checkpoint
        {
            Job = job,
            Epoch = 1,
            Step = steps,
            Weights = weights,
            FirstMoment = new float[weights.Length],
            SecondMoment = new float[weights.Length],
            Normalisation = PixelNormalisation.Of(Digits),
        };
    }

    /// <summary>Gives the file's path.</summary>
    public static string Write(string path, Checkpoint checkpoint)
    {
        using FileStream file = File.Create(path);
        CheckpointFile.Write(file, checkpoint);
        return path;
    }
}
