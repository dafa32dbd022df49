using System.Runtime.InteropServices;

namespace DistTrain.Node.Linux;

/// <summary>Linux's wait on a word of memory (futex(2)). x64 only: calls of the kernel are numbered by architecture.</summary>
internal static class Futex
{
    private const nint Call = 202;
    private const int WaitOperation = 0;
    private const int WakeOperation = 1;
    private const int WithinProcess = 128;

    public static bool IsAvailable => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Sleeps until <see cref="Wake"/>, unless the word is another than expected; may return for no reason.</summary>
    /// <param name="word">In pinned memory.</param>
    public static void Wait(ref int word, int expected) => _ = SystemCall(Call, ref word, WaitOperation | WithinProcess, expected, 0);

    /// <summary>Wakes one thread of this process that sleeps on the word.</summary>
    public static void Wake(ref int word) => _ = SystemCall(Call, ref word, WakeOperation | WithinProcess, 1, 0);

    /// <summary>As <see cref="Wait"/>, on a word in memory that other processes have too.</summary>
    public static void WaitShared(ref int word, int expected) => _ = SystemCall(Call, ref word, WaitOperation, expected, 0);

    /// <summary>Wakes all threads, of any process, that sleep on the word.</summary>
    public static void WakeShared(ref int word) => _ = SystemCall(Call, ref word, WakeOperation, int.MaxValue, 0);

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SystemCall(nint number, ref int word, nint operation, nint value, nint timeout);
}
