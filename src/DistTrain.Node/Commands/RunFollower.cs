using System.Runtime.ExceptionServices;
using DistTrain.Node.Client;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Commands;

/// <summary>Shows a run until its summary and gives the exit code. A request to stop ends the run (or just the watching).</summary>
/// <param name="endsRun">Whether a request to stop is passed on to the run: yes for who started it, no for who watches.</param>
internal sealed class RunFollower(ITrainingService service, IRunDisplay display, StopSignal stop, TimeProvider clock, bool endsRun)
{
    /// <summary>Finishing a step and writing a checkpoint takes far less; beyond it, something is stuck.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private bool outputClosed;
    private Exception? stopFailure;

    public async Task<(int ExitCode, Summary? Summary)> FollowAsync(ulong run)
    {
        using var watching = new CancellationTokenSource();
        Task passedOn = Task.CompletedTask;
        await using CancellationTokenRegistration onStop = stop.Requested.Register(() => passedOn = StopAsync(watching));
        try
        {
            await foreach (RunRecord record in service.WatchAsync(run, watching.Token).ConfigureAwait(false))
            {
                Show(record);
                if (record.KindCase == RunRecord.KindOneofCase.Summary)
                {
                    return (ExitCodeOf(record.Summary), record.Summary);
                }
            }
        }
        catch (OperationCanceledException) when (watching.IsCancellationRequested)
        {
            if (stopFailure is not null)
            {
                ExceptionDispatchInfo.Throw(stopFailure);
            }

            return endsRun
                ? throw new TimeoutException($"the run did not stop within {StopLimit.TotalSeconds:0} s of the request; its last checkpoint is in the run directory")
                : (stop.ExitCode, null);
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await passedOn.ConfigureAwait(false);
        }

        throw new CoordinatorLostException("the coordinator ended the records of the run before its summary: look at its log");
    }

    private int ExitCodeOf(Summary summary) => summary.Status switch
    {
        "failed" => ExitCode.Failure,
        "refused" => ExitCode.BadInput,
        "stopped" when stop.Requested.IsCancellationRequested => stop.ExitCode,
        _ => ExitCode.Success,
    };

    private void Show(RunRecord record)
    {
        if (outputClosed)
        {
            return;
        }

        try
        {
            display.Show(record);
        }
        catch (OutputClosedException) when (endsRun)
        {
            outputClosed = true;
            if (!stop.Requested.IsCancellationRequested)
            {
                stop.Raise(ExitCode.OutputClosed, "the reader of the output has gone");
            }
        }
    }

    private async Task StopAsync(CancellationTokenSource watching)
    {
        if (!endsRun)
        {
            await watching.CancelAsync().ConfigureAwait(false);
            return;
        }

        try
        {
            if (!outputClosed)
            {
                display.Notice($"stopping ({stop.Reason}): finishing the step and writing a checkpoint; Ctrl-C again quits at once");
            }

            await service.StopAsync(stop.Reason, watching.Token).ConfigureAwait(false);
            await Task.Delay(StopLimit, clock, watching.Token).ConfigureAwait(false);
            await watching.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (watching.IsCancellationRequested)
        {
            // The summary came, which is what was waited for.
        }
        catch (Exception error)
        {
            // A run that cannot be asked to stop would be waited for in vain.
            stopFailure = error;
            await watching.CancelAsync().ConfigureAwait(false);
        }
    }
}
