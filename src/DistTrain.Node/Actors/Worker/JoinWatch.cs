namespace DistTrain.Node.Actors.Worker;

/// <summary>
/// Ends the joining of a run that gives no sign of progress for too long, however long it takes in all: reading many images on a busy machine may take
/// minutes. Any thread may report.
/// </summary>
/// <param name="within">From the beginning or the last sign of progress.</param>
/// <param name="tell">Receives each line of progress.</param>
internal sealed class JoinWatch(TimeSpan within, TimeProvider time, Action<string> tell) : IProgress<string>, IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource cancellation = new(within, time);
    private bool over;

    public CancellationToken Token => cancellation.Token;

    /// <summary>The last line of progress; empty if there was none.</summary>
    public string Last { get; private set; } = "";

    public void Report(string value)
    {
        using Lock.Scope scope = gate.EnterScope();
        if (!over && !cancellation.IsCancellationRequested)
        {
            Last = value;
            cancellation.CancelAfter(within);
            tell(value);
        }
    }

    /// <summary>Ends the joining, if it is still going on.</summary>
    public void Dispose()
    {
        using (gate.EnterScope())
        {
            over = true;
        }

        cancellation.Cancel();
        cancellation.Dispose();
    }
}
