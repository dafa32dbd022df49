using System.Diagnostics;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>
/// Confines what this thread starts to two cores, so that figures of larger machines compare with those of small ones.
/// </summary>
internal static class TwoCores
{
    /// <summary>To be called on the thread that starts the processes: on Linux a mask is one thread's, and children inherit it.</summary>
    /// <returns>How many cores they have.</returns>
    public static int Confine()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount <= 2)
        {
            return Environment.ProcessorCount;
        }

        using Process self = Process.GetCurrentProcess();
        ulong allowed = (ulong)self.ProcessorAffinity;
        ulong first = allowed & (~allowed + 1);
        ulong rest = allowed & ~first;
        self.ProcessorAffinity = (nint)(first | (rest & (~rest + 1)));
        return 2;
    }
}
