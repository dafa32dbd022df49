using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Tests.Checkpoints;

/// <summary>Checkpoints with recognisable contents.</summary>
internal static class SampleCheckpoint
{
    public static Checkpoint Of(JobSpec job, long step)
    {
        int length = job.Network().Layout.Count;
        float[] Values(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
        }

        return new Checkpoint
        {
            Job = job,
            Epoch = 2,
            Step = step,
            Weights = Values((int)step),
            FirstMoment = job.KeptMoments().HasFlag(Moments.First) ? Values(2) : [],
            SecondMoment = job.KeptMoments().HasFlag(Moments.Second) ? Values(3) : [],
            Extra = new Dictionary<string, string> { ["version"] = "0.1 \"quoted\" – ü" },
        };
    }

    /// <summary>Of a network of 17 parameters, so that a file is small.</summary>
    public static Checkpoint Small(long step) => Of(new JobSpec { Model = "mlp:4-2-1-2", Seed = ulong.MaxValue, Name = "small" }, step);
}
