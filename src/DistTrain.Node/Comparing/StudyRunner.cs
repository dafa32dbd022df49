using System.Collections.Concurrent;
using DistTrain.Node.Commands;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>Makes the trials of a study that are missing, several at a time, and writes each into the journal.</summary>
/// <param name="where">Where trials run; its job is replaced.</param>
/// <param name="folder">Of the study.</param>
internal sealed class StudyRunner(CommandContext context, TrainOptions where, Study study, TrialJournal journal, string folder)
{
    private readonly ConcurrentQueue<Trial> left = new();
    private readonly ConcurrentDictionary<int, string> refusals = [];
    private readonly ConcurrentDictionary<string, string> autoCameTo = [];
    private volatile bool broken;

    /// <summary>By number of the cell: why its job was refused.</summary>
    public IReadOnlyDictionary<int, string> Refusals => refusals;

    /// <param name="lanes">Trials at a time; each has a session of its own.</param>
    /// <returns>Whether all were made; false when a stop was asked for.</returns>
    public async Task<bool> RunAsync(int lanes)
    {
        IReadOnlyList<Trial> all = study.Trials;
        Dictionary<(int, ulong), TrialResult> done = journal.Results.ToDictionary(result => (result.Cell, result.Seed));
        foreach (Trial trial in all)
        {
            if (done.TryGetValue((trial.Cell.Number, trial.Seed), out TrialResult? result))
            {
                Learn(trial.Cell.Job, result.Dataset);
            }
            else
            {
                left.Enqueue(trial);
            }
        }

        var progress = new StudyProgress(context.Terminal, context.Stop, context.Services.Clock, where.Display.Json, study, all.Count, left.Count);
        progress.Begin(Math.Min(lanes, left.Count));
        Task[] running = [.. Enumerable.Range(0, Math.Min(lanes, left.Count)).Select(_ => Task.Run(() => LaneAsync(progress)))];
        await Task.WhenAll(running).ConfigureAwait(false);
        return !context.Stop.Requested.IsCancellationRequested;
    }

    private async Task LaneAsync(StudyProgress progress)
    {
        ITrainingSession? session = null;
        try
        {
            while (!broken && !context.Stop.Requested.IsCancellationRequested && left.TryDequeue(out Trial? trial))
            {
                if (refusals.ContainsKey(trial.Cell.Number))
                {
                    progress.Skip();
                    continue;
                }

                session ??= await StartAsync().ConfigureAwait(false);
                if (!await MakeAsync(trial, session, progress).ConfigureAwait(false) && where.Cluster is null)
                {
                    // Whatever a failed run has left behind, the next trial is not to meet it.
                    await session.DisposeAsync().ConfigureAwait(false);
                    session = null;
                }
            }
        }
        catch
        {
            broken = true;
            throw;
        }
        finally
        {
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ITrainingSession> StartAsync() => where.Cluster is { } url
        ? context.Services.Connect(url)
        : await context.Services.StartTraining(where with { Spec = Largest() }, context.Stop.Requested).ConfigureAwait(false);

    /// <summary>A job that needs as many workers and servers as any of the study.</summary>
    private JobSpec Largest()
    {
        JobSpec[] jobs = [.. study.Cells.Where(cell => cell.Refusal is null).Select(cell => cell.Job)];
        return jobs.MaxBy(job => job.Partitions)! with { Workers = jobs.Max(job => job.Workers), MaxWorkers = jobs.Max(job => job.MaxWorkers) };
    }

    /// <returns>Whether the trial went to its end.</returns>
    private async Task<bool> MakeAsync(Trial trial, ITrainingSession session, StudyProgress progress)
    {
        JobSpec job = trial.Job with { Dataset = autoCameTo.GetValueOrDefault(trial.Job.Dataset, trial.Job.Dataset) };
        string label = $"{study.Label(trial.Cell)}{(study.Factors.Count == 0 ? "," : "")} seed {trial.Seed}";
        var run = new TrialRun(context, where.Cluster is null ? folder : null, progress);
        (TrialResult? result, string? refusal) = await run.RunAsync(session.Service, trial, job, label).ConfigureAwait(false);
        if (refusal is not null)
        {
            refusals[trial.Cell.Number] = refusal;
            progress.Refused(label, refusal);
        }

        if (result is null)
        {
            return false;
        }

        journal.Append(result);
        Learn(trial.Cell.Job, result.Dataset);
        progress.Tell(result, label);
        return result.Completed;
    }

    /// <summary>What a name such as <c>auto</c> came to once is meant by it in the whole study.</summary>
    private void Learn(JobSpec job, string dataset)
    {
        if (dataset.Length > 0)
        {
            autoCameTo.TryAdd(job.Dataset, dataset);
        }
    }
}
