using DistTrain.Node.Commands;
using DistTrain.Node.Runs;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Hosting;

/// <summary>Starts what <c>train</c> needs on this machine.</summary>
internal static class TrainingStart
{
    private const string Runs = "runs";

    public static async Task<ITrainingSession> StartAsync(TrainOptions options, CancellationToken cancellation)
    {
        JobSpec spec = options.Spec;
        if (options.Resume is { } run)
        {
            RunDirectory directory = RunDirectory.Open(run);
            spec = JobSpecJson.Read(await File.ReadAllTextAsync(directory.Spec, cancellation).ConfigureAwait(false), directory.Spec);
            spec = options.ResumeWorkers > 0 ? spec with { Workers = options.ResumeWorkers } : spec;
        }

        spec.Validate();
        int workers = Math.Max(spec.Workers, spec.MaxWorkers);
        return options.Placement == Placement.InProcess
            ? await InProcessSession.StartAsync(
                new InProcessOptions(workers, options.DataDirectory, Runs, options.WorkerTimeout, options.Display.Verbose), cancellation).ConfigureAwait(false)
            : await ProcessesSession.StartAsync(options, workers, spec.Partitions, cancellation).ConfigureAwait(false);
    }
}
