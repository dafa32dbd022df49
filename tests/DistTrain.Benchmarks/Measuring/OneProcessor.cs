using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>
/// Keeps the calling thread on one processor: the kernel starts two threads on one of them now and then, and moves one
/// only after some milliseconds.
/// </summary>
internal static partial class OneProcessor
{
    /// <param name="index">Among those that this process may use. Does nothing where a thread cannot be kept, or if there is no such processor.</param>
    public static void Keep(int index)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using Process self = Process.GetCurrentProcess();
        ulong rest = (ulong)self.ProcessorAffinity;
        for (int i = 0; i < index; i++)
        {
            rest &= rest - 1;
        }

        if (rest != 0)
        {
            ulong mask = 1UL << BitOperations.TrailingZeroCount(rest);
            _ = SetAffinity(0, sizeof(ulong), mask);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAffinity(int thread, nint size, in ulong mask);
}
