using System.Runtime.InteropServices;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>Linux's wait on a word of memory, within this process (futex(2)). x64 only: calls of the kernel are numbered by architecture.</summary>
internal static class Futex
{
    private const nint Call = 202;
    private const int WaitPrivate = 128;
    private const int WakePrivate = 129;

    /// <summary>Sleeps until <see cref="Wake"/>, unless the word is another than expected; may return for no reason.</summary>
    /// <param name="word">In pinned memory.</param>
    public static void Wait(ref int word, int expected) => _ = SystemCall(Call, ref word, WaitPrivate, expected, 0);

    /// <summary>Wakes one thread that sleeps on the word.</summary>
    public static void Wake(ref int word) => _ = SystemCall(Call, ref word, WakePrivate, 1, 0);

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SystemCall(nint number, ref int word, nint operation, nint value, nint timeout);
}
