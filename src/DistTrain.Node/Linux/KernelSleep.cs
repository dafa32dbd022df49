using System.Runtime.InteropServices;

namespace DistTrain.Node.Linux;

/// <summary>Sleeps shorter than the whole milliseconds of <see cref="Thread.Sleep(TimeSpan)"/>, where the system can (nanosleep(2)).</summary>
internal static class KernelSleep
{
    private const int Interrupted = 4;

    public static void For(TimeSpan duration)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Whole milliseconds, and none at all for less than one: no other call is portable.
            Thread.Sleep(duration);
            return;
        }

        var left = new Timespec { Seconds = (nint)(duration.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(duration.Ticks % TimeSpan.TicksPerSecond * 100) };

        // A signal, such as the runtime's own, cuts the sleep short and leaves the rest.
        while (NanoSleep(ref left, ref left) != 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(ref Timespec requested, ref Timespec remaining);

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
