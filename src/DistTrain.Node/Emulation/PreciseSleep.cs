using System.Runtime.InteropServices;

namespace DistTrain.Node.Emulation;

/// <summary>Sleeps to within the kernel's timer slack, 50 us, where <see cref="Thread.Sleep(TimeSpan)"/> counts whole milliseconds.</summary>
internal static class PreciseSleep
{
    private const int Interrupted = 4;

    public static void For(TimeSpan duration)
    {
        if (!OperatingSystem.IsLinux())
        {
            Thread.Sleep(duration);
            return;
        }

        var left = new Span { Seconds = (nint)duration.TotalSeconds, Nanoseconds = (nint)(duration.Ticks % TimeSpan.TicksPerSecond * 100) };

        // A signal, such as the runtime's own, cuts the sleep short and leaves the rest.
        while (Sleep(ref left, ref left) != 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(ref Span requested, ref Span remaining);

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Span
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
