using System.Runtime.InteropServices;

namespace DistTrain.Node.Commands;

/// <summary>Turns Ctrl-C, SIGTERM and a closed terminal into requests to stop, for as long as it lives.</summary>
internal sealed partial class SignalHandlers : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];

    public SignalHandlers(StopSignal stop)
    {
        On(PosixSignal.SIGTERM, () => stop.Raise(ExitCode.Terminated, "SIGTERM"));
        On(PosixSignal.SIGINT, () =>
        {
            if (!stop.TerminalIsLeftToParent)
            {
                stop.Raise(ExitCode.Interrupted, "Ctrl-C");
            }
        });
        On(PosixSignal.SIGHUP, () =>
        {
            // A closing terminal says so through the kernel and through the shell: that is one request, not two.
            if (!stop.TerminalIsLeftToParent && !stop.Requested.IsCancellationRequested)
            {
                stop.Raise(ExitCode.HungUp, "the terminal was closed");
            }
        });
    }

    /// <summary>Ends the process without waiting for anybody: shutdown hooks may be what the user has lost patience with.</summary>
    public static void QuitAtOnce(int exitCode)
    {
        if (!Console.IsOutputRedirected)
        {
            // The live view hides the cursor.
            Console.Out.Write("\u001b[?25h\n");
            Console.Out.Flush();
        }

        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }

        ExitNow(exitCode);
    }

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());

    private void On(PosixSignal signal, Action handle) =>
        registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            handle();
        }));

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int exitCode);
}
