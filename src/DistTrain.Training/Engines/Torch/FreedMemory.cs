using System.Runtime.InteropServices;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// glibc gives freed memory back to the system and faults its pages in again on the next step: large blocks and the
/// top of a heap beyond some thresholds, and a thread's second heap whenever it has become empty, unless more padding
/// is wanted than the first could hold. The latter strikes where a step's tensors straddle two heaps, which chance
/// decides: such a run took 2,500,000 faults instead of 80,000 and twice the time, and threads that fault at once wait
/// for each other. Told to keep it all, it reuses the same pages.
/// </summary>
internal static partial class FreedMemory
{
    private const int TrimThreshold = -1;
    private const int TopPadding = -2;
    private const int MmapThreshold = -3;

    // The largest value that glibc accepts for the threshold of mmap.
    private const int Bytes = 32 << 20;

    public static void KeepInProcess()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallocOption(MmapThreshold, Bytes);
            _ = MallocOption(TrimThreshold, 8 * Bytes);

            // Twice the size of a thread's heap. Address space alone: pages that are never touched cost nothing.
            _ = MallocOption(TopPadding, 4 * Bytes);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library than glibc: slower at worst.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);
}
