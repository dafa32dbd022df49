namespace DistTrain.Node.Commands;

/// <summary>Whether the user, or the system, wants this process to end: the first request asks for a clean end, a second one ends it at once.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource requested = new();
    private readonly Action<int> quit;
    private int requests;

    /// <param name="quit">Ends the process at once with an exit code.</param>
    public StopSignal(Action<int> quit) => this.quit = quit;

    public CancellationToken Requested => requested.Token;

    /// <summary>For the shell, once a stop was asked for.</summary>
    public int ExitCode { get; private set; } = Commands.ExitCode.Interrupted;

    /// <summary>For people and for the run's records: what asked.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether what the terminal tells every process of its foreground is for another process to act upon.</summary>
    public bool TerminalIsLeftToParent { get; private set; }

    public void LeaveTerminalToParent() => TerminalIsLeftToParent = true;

    public void Raise(int exitCode, string reason)
    {
        if (Interlocked.Increment(ref requests) > 1)
        {
            quit(exitCode);
            return;
        }

        ExitCode = exitCode;
        Reason = reason;
        requested.Cancel();
    }

    public void Dispose() => requested.Dispose();
}
