using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>Carries a study out, from its folder to its report, or goes on with one.</summary>
internal static class StudyExecution
{
    /// <param name="kind">Last part of the folder's name if none was given.</param>
    /// <param name="title">Of the report.</param>
    /// <exception cref="Training.UserErrorException">The folder is of another study, or what trains cannot be had.</exception>
    public static async Task<StudyOutcome> RunAsync(CommandContext context, StudyOptions options, Study study, string kind, string title)
    {
        JobSpec[] jobs = [.. study.Cells.Where(cell => cell.Refusal is null).Select(cell => cell.Job)];
        if (options.Train.Cluster is { } url)
        {
            await using ITrainingSession session = context.Services.Connect(url);
            await session.Service.RequireWorkersAsync(url, jobs.Select(job => job.Workers).DefaultIfEmpty().Max(), context.Stop.Requested).ConfigureAwait(false);
        }

        string folder = ComparisonFolder.Claim(options.Out, kind, options.Fresh, context.Services.Clock);
        using TrialJournal journal = TrialJournal.Open(Path.Combine(folder, ComparisonFolder.Journal), study.Identity());
        if (options.RetryFailed)
        {
            journal.Forget(result => !result.Completed);
        }

        var runner = new StudyRunner(context, options.Train, study, journal, folder);
        bool finished;
        try
        {
            int threads = jobs.Select(job => Math.Max(job.Workers, job.MaxWorkers) * job.Threads).DefaultIfEmpty().Max();
            finished = await runner.RunAsync(options.Lanes(threads)).ConfigureAwait(false);
        }
        catch
        {
            HowToGoOn(context, journal, study, folder);
            throw;
        }

        var comparison = new Comparison(study, journal.Results, runner.Refusals);
        ComparisonFolder.Write(folder, comparison, title);
        if (!finished)
        {
            HowToGoOn(context, journal, study, folder);
        }

        return new StudyOutcome(comparison, folder, finished);
    }

    /// <summary>Says on stderr why a study has no result, and gives the exit code of the process.</summary>
    public static int ExitCodeOf(CommandContext context, StudyOutcome outcome)
    {
        if (!outcome.Finished)
        {
            return context.Stop.ExitCode;
        }

        if (outcome.Comparison.AnySucceeded)
        {
            return ExitCode.Success;
        }

        CommandLine.WriteError(context.Terminal, $"no cell has a result: {CommandLine.OneLine(outcome.Comparison.Ranking[0].Problem ?? "no trial was tested")}");
        return outcome.Comparison.TrialsDone == 0 ? ExitCode.BadInput : ExitCode.Failure;
    }

    private static void HowToGoOn(CommandContext context, TrialJournal journal, Study study, string folder) =>
        context.Terminal.Error.WriteLine($"{journal.Results.Count} of {study.Trials.Count} trials are kept in {folder}; the same command with --out {folder} goes on");
}
