using System.Diagnostics;
using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;
using DistTrain.Node.Plane;
using DistTrain.Protocol.Client;
using DistTrain.Training;
using DistTrain.Training.Engines;
using DistTrain.Training.Jobs;

namespace DistTrain.Benchmarks.Contestants;

/// <summary>The trainer itself: coordinator, parameter server and workers as <c>disttrain train</c> starts them, in this process or in processes of their own.</summary>
internal sealed class ActorTraining : ITraining
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ITrainingSession session;
    private readonly JobSpec spec;
    private readonly string root;

    private ActorTraining(ITrainingSession session, JobSpec spec, string root)
    {
        this.session = session;
        this.spec = spec;
        this.root = root;
    }

    public static Task<ActorTraining> StartAsync(string data, JobSpec spec) =>
        StartAsync(data, spec, new LocalPlane(), WorkerEngines.CreateWarm);

    /// <summary>A coordinator, a server and each worker in a process of its own.</summary>
    public static async Task<ActorTraining> StartProcessesAsync(string data, JobSpec spec)
    {
        string root = Directory.CreateTempSubdirectory("disttrain-benchmark-").FullName;
        var options = new TrainOptions { Spec = spec, DataDirectory = data, WorkerTimeout = Patience };
        return new ActorTraining(await ProcessesSession.StartAsync(options, spec.Workers, spec.Partitions, CancellationToken.None), spec, root);
    }

    /// <summary>With a plane and engines that are looked at.</summary>
    public static async Task<ActorTraining> StartAsync<TPlane>(string data, JobSpec spec, TPlane plane, Func<JobSpec, IGradientEngine> createEngine)
        where TPlane : IPlaneHost, IPlaneConnector
    {
        string root = Directory.CreateTempSubdirectory("disttrain-benchmark-").FullName;
        var options = new InProcessOptions(spec.Workers, data, root, Patience, Verbose: false);
        return new ActorTraining(await InProcessSession.StartAsync(options, plane, createEngine, CancellationToken.None), spec, root);
    }

    /// <summary>One epoch of MNIST at a constant rate, one thread a worker.</summary>
    public static JobSpec Job(int workers, int shards, int batch) => new()
    {
        Dataset = "mnist", Workers = workers, Shards = shards, BatchSize = batch, Epochs = 1, LearningRate = 1e-3, Schedule = "constant", Threads = 1,
    };

    public async Task<(long Samples, double Seconds)> TrainAsync(int steps)
    {
        Summary summary = await TrainFullyAsync(steps);
        return ((long)Math.Round(summary.SamplesPerSecond * summary.TrainSeconds), summary.TrainSeconds);
    }

    /// <summary>The same, and all that the run says of itself.</summary>
    /// <exception cref="UserErrorException">It did not complete.</exception>
    public async Task<Summary> TrainFullyAsync(int steps)
    {
        string directory = Path.Combine(root, "run");
        SubmitReply run = await SubmitAsync(new SubmitRequest { SpecJson = JobSpecJson.Write(spec with { Steps = steps }), RunDirectory = directory });
        Summary? summary = null;
        await foreach (RunRecord record in session.Service.WatchAsync(run.Run, CancellationToken.None))
        {
            summary = record.Summary ?? summary;
        }

        Directory.Delete(directory, recursive: true);
        return summary is { Status: "completed" }
            ? summary
            : throw new UserErrorException($"the run did not complete: {summary?.Message}");
    }

    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>The end of the run before is told to its readers a moment before the coordinator is free again.</summary>
    private async Task<SubmitReply> SubmitAsync(SubmitRequest request)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await session.Service.SubmitAsync(request, CancellationToken.None);
            }
            catch (RunInProgressException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(20);
            }
        }
    }
}
