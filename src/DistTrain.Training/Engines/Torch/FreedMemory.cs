using System.Runtime.InteropServices;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// glibc gives large freed blocks back to the system and faults their pages in again on the next step: 500 to 1,300
/// faults a step of LeNet-5. Told to keep them, it reuses the same pages.
/// </summary>
internal static partial class FreedMemory
{
    private const int TrimThreshold = -1;
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
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library than glibc: slower at worst.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);
}
