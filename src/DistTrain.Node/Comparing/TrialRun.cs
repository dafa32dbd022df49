using DistTrain.Node.Client;
using DistTrain.Node.Commands;
using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Comparing;

/// <summary>Submits one trial's job and follows it to its end.</summary>
/// <param name="folder">Of the study, below which the run's directory goes; null when a coordinator elsewhere decides.</param>
internal sealed class TrialRun(CommandContext context, string? folder, StudyProgress progress)
{
    /// <param name="job">The trial's, with what <c>auto</c> came to.</param>
    /// <param name="label">For people.</param>
    /// <returns>The result, or why the job was refused; neither when a stop was asked for.</returns>
    public async Task<(TrialResult? Result, string? Refusal)> RunAsync(ITrainingService service, Trial trial, JobSpec job, string label)
    {
        string below = Path.Combine(ComparisonFolder.Runs, trial.Name);
        string directory = folder is null ? "" : Path.Combine(folder, below);
        if (directory.Length > 0 && Directory.Exists(directory))
        {
            // Of a trial that was cut short: it is not in the journal.
            Directory.Delete(directory, recursive: true);
        }

        var request = new SubmitRequest { SpecJson = JobSpecJson.Write(job), RunDirectory = directory };

        // Without the stop's token: once it is submitted, the follower stops it in an orderly way.
        SubmitReply reply = await service.SubmitAsync(request, CancellationToken.None).ConfigureAwait(false);
        await using var recorder = new TrialRecorder(label, progress);
        var follower = new RunFollower(service, recorder, context.Stop, context.Services.Clock, endsRun: true);
        (_, Summary? summary) = await follower.FollowAsync(reply.Run).ConfigureAwait(false);
        return summary switch
        {
            { Status: "refused" } => (null, CommandLine.OneLine(summary.Message)),
            { } ended when RunStatus.HasResult(ended.Status) => (recorder.Result(trial, ended, folder is null ? reply.RunDirectory : below), null),

            // A run may fail because it was told to stop, and one that somebody else stopped is not a result either.
            { Status: "failed" } when !context.Stop.Requested.IsCancellationRequested => (recorder.Result(trial, summary, folder is null ? reply.RunDirectory : below), null),
            { Status: "stopped" } when !context.Stop.Requested.IsCancellationRequested => throw new CoordinatorLostException(
                $"{label} was stopped from elsewhere ({CommandLine.OneLine(summary.Message)}); the same command again goes on with the study"),
            _ => (null, null),
        };
    }
}
