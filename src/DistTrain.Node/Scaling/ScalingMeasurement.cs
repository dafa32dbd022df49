using System.Globalization;
using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Node.Display;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Scaling;

/// <summary>Runs the job, a warm-up first and then turn after turn, all in one session: started processes and compiled code serve every run.</summary>
/// <param name="folder">Of the study; the runs' directories go below it, unless a cluster keeps them on its own machine.</param>
internal sealed class ScalingMeasurement(CommandContext context, ScaleOptions options, ITrainingService service, string folder)
{
    private readonly List<ScalingRun> runs = [];
    private RunStart? job;

    /// <summary>What has been measured; null when no run was.</summary>
    public ScalingStudy? Study() => runs.Exists(run => run.Turn > 0) ? new ScalingStudy(job!, runs, options.Processors) : null;

    /// <returns>An exit code: 0 when all runs were made.</returns>
    public async Task<int> RunAsync()
    {
        await RequireWorkersAsync().ConfigureAwait(false);
        int code = await WarmUpAsync().ConfigureAwait(false);
        for (int turn = 1; code == ExitCode.Success && turn <= options.Repeat; turn++)
        {
            foreach (int workers in options.Workers)
            {
                string name = $"turn {turn} of {options.Repeat}, {RunText.Count((uint)workers, "worker")}";
                (code, ScalingRun? run) = await MeasureAsync(workers, turn, name, $"turn-{turn}-workers-{workers}").ConfigureAwait(false);
                if (run is null)
                {
                    return code;
                }

                runs.Add(run);
                Tell(run, name);
            }
        }

        return code;
    }

    private async Task<int> WarmUpAsync()
    {
        long began = context.Services.Clock.GetTimestamp();
        do
        {
            (int code, ScalingRun? run) = await MeasureAsync(options.Workers[^1], 0, "warm-up", $"warm-up-{runs.Count + 1}").ConfigureAwait(false);
            if (run is null)
            {
                ScalingFolder.Abandon(folder);
                return code;
            }

            if (runs.Count == 0 && !options.Train.Display.Json)
            {
                context.Terminal.Out.WriteLine($"{ScalingText.Job(job!)}; {string.Join(", ", options.Workers)} workers in {RunText.Count((uint)options.Repeat, "turn")}");
            }

            runs.Add(run);
            Tell(run, "warm-up");
        }
        while (context.Services.Clock.GetElapsedTime(began) < options.WarmUp);
        return ExitCode.Success;
    }

    private async Task RequireWorkersAsync()
    {
        try
        {
            if (options.Train.Cluster is { } url)
            {
                await service.RequireWorkersAsync(url, options.Workers[^1], context.Stop.Requested).ConfigureAwait(false);
            }
        }
        catch (UserErrorException)
        {
            ScalingFolder.Abandon(folder);
            throw;
        }
    }

    /// <returns>The exit code, and the run if it went to its end.</returns>
    private async Task<(int Code, ScalingRun? Run)> MeasureAsync(int workers, int turn, string name, string directory)
    {
        // The first run found the data set; what "auto" comes to is not asked again.
        JobSpec spec = options.Train.Spec with { Workers = workers, Dataset = job?.Dataset ?? options.Train.Spec.Dataset };
        var request = new SubmitRequest
        {
            SpecJson = context.Services.WriteSpec(spec),
            RunDirectory = options.Train.Cluster is null ? Path.Combine(folder, directory) : "",
        };
        if (context.Stop.Requested.IsCancellationRequested)
        {
            return (context.Stop.ExitCode, null);
        }

        // Without the stop's token: once it is submitted, the follower stops it in an orderly way.
        SubmitReply reply = await service.SubmitAsync(request, CancellationToken.None).ConfigureAwait(false);
        await using var clock = new StepClock(name, context.Terminal, context.Services.Clock);
        var follower = new RunFollower(service, clock, context.Stop, context.Services.Clock, endsRun: true);
        (int code, Summary? summary) = await follower.FollowAsync(reply.Run).ConfigureAwait(false);
        job ??= clock.Start;
        CommandLine.WriteFailure(context.Terminal, summary);
        if (code != ExitCode.Success || summary is null || !RunStatus.HasResult(summary.Status))
        {
            return (code == ExitCode.Success ? ExitCode.Failure : code, null);
        }

        (double milliseconds, int steps) = clock.Mean()
            ?? throw new UserErrorException($"the job has {summary.Steps} step: a study needs two or more, and better twenty; give --steps or --epochs");
        return (code, new ScalingRun(workers, turn, milliseconds, steps, summary.WeightsSha256, summary.RunDirectory));
    }

    private void Tell(ScalingRun run, string name) => context.Terminal.Out.WriteLine(options.Train.Display.Json
        ? ScalingJson.Line(run, job!.Emulated)
        : string.Create(CultureInfo.InvariantCulture, $"{name}: {ScalingText.Time(run.StepMilliseconds)} ms a step"));
}
