using System.Globalization;
using DistTrain.Training.Jobs;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>
/// The job of every test here: 60,000 samples in 235 to 240 steps, which processes on two cores do in one to three seconds,
/// so that there is time to disturb it. On the real MNIST where that is, else on drawn digits.
/// </summary>
public static class Job
{
    /// <summary>Folder of the real MNIST, or null.</summary>
    public static string? Mnist { get; } =
        Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "train-images-idx3-ubyte.gz")));

    public static JobSpec Spec { get; } = new()
    {
        Dataset = Mnist is null ? "synthetic:6000" : "mnist",
        Epochs = Mnist is null ? 10 : 1,
        Shards = 4,
        BatchSize = 256,
        CheckpointEvery = 50,
    };

    /// <summary>For a node or a run: where the data is.</summary>
    public static string[] Data => Mnist is null ? [] : ["--data-dir", Mnist];

    /// <summary>All of it, with the data for a run on this machine.</summary>
    public static string[] Here => [.. Arguments(Spec), .. Data];

    /// <summary>Arguments of <c>train</c> that define the result.</summary>
    public static string[] Arguments(JobSpec job) =>
    [
        "--dataset", job.Dataset, "--epochs", Text(job.Epochs), "--shards", Text(job.Shards), "--batch-size", Text(job.BatchSize),
        "--checkpoint-every", Text(job.CheckpointEvery), "--json",
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("DISTTRAIN_DATA") is { Length: > 0 } named)
        {
            yield return Path.GetFullPath(Path.Combine(named, "mnist"));
            yield return Path.GetFullPath(named);
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DistTrain.sln")))
            {
                yield return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data", "mnist"));
            }
        }
    }
}
