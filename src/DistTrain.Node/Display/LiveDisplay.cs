using DistTrain.Protocol.Client;
using Spectre.Console;

namespace DistTrain.Node.Display;

/// <summary>
/// For a person at a terminal: one picture, drawn anew when something changed, at most eight times a second. Records
/// are folded in as they come, so a fast run costs the drawing nothing.
/// </summary>
internal sealed class LiveDisplay : IRunDisplay
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(125);

    /// <summary>The clock goes on when no record comes, so that a stall is seen as one.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly IAnsiConsole console;
    private readonly TimeProvider clock;
    private readonly RunProgress progress;
    private readonly Task drawing;
    private bool changed = true;

    public LiveDisplay(IAnsiConsole console, TimeProvider clock)
    {
        this.console = console;
        this.clock = clock;
        progress = new RunProgress(clock);
        drawing = Task.Run(DrawAsync);
    }

    public void Show(RunRecord record)
    {
        lock (gate)
        {
            progress.Apply(record);
            changed = true;
        }
    }

    public void Notice(string text)
    {
        lock (gate)
        {
            progress.Note(text);
            changed = true;
        }
    }

    /// <summary>Draws the last state, gives the terminal back, and writes how the run ended below the picture.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        try
        {
            await drawing.ConfigureAwait(false);
            foreach (string line in progress.LastLines())
            {
                console.Profile.Out.Writer.WriteLine(line);
            }
        }
        catch (IOException)
        {
            // The terminal was closed: nobody is left to read this, and the run's end must not fail for it.
        }
        finally
        {
            closing.Dispose();
        }
    }

    private Task DrawAsync() => console.Live(Text.Empty).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
    {
        (int Width, int Height) size = Size();
        long drawn = clock.GetTimestamp();
        Draw(live);
        while (!closing.IsCancellationRequested)
        {
            await Task.Delay(Frame, clock, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            (int Width, int Height) now = Size();
            if (now != size)
            {
                // The terminal has folded the old picture its own way; what is left of it cannot be found and overwritten.
                console.Clear();
                size = now;
            }
            else if (!changed && clock.GetElapsedTime(drawn) < Idle)
            {
                continue;
            }

            Draw(live);
            drawn = clock.GetTimestamp();
        }

        Draw(live);
    });

    private void Draw(LiveDisplayContext live)
    {
        lock (gate)
        {
            changed = false;
            live.UpdateTarget(RunPicture.Of(progress, console.Profile.Width, console.Profile.Height));
        }

        live.Refresh();
    }

    private (int Width, int Height) Size() => (console.Profile.Width, console.Profile.Height);
}
