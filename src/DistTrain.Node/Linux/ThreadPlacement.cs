using System.Runtime.InteropServices;

namespace DistTrain.Node.Linux;

/// <summary>On which processors threads run (sched_setaffinity(2)), those below <see cref="Processors"/>. Linux, x64 only: calls of the kernel are numbered by architecture.</summary>
internal static class ThreadPlacement
{
    /// <summary>Bits of a set: as many as the C library's.</summary>
    public const int Processors = 1024;

    /// <summary>Bytes of a set.</summary>
    public const int SetLength = Processors / 8;

    // gettid(2), which older C libraries have no name for.
    private const nint GetThread = 186;

    /// <summary>The calling thread's number, which other processes know it by too.</summary>
    public static int Thread => (int)SystemCall(GetThread);

    /// <summary>The processor that the calling thread is on, or was a moment ago.</summary>
    public static int Processor => GetProcessor();

    /// <summary>Where the calling thread may run: a bit for each processor, none if that cannot be told.</summary>
    /// <param name="set"><see cref="SetLength"/> bytes.</param>
    public static void Read(Span<byte> set)
    {
        set.Clear();
        _ = GetAffinity(0, set.Length, ref MemoryMarshal.GetReference(set));
    }

    public static bool Has(ReadOnlySpan<byte> set, int processor) =>
        processor is >= 0 and < Processors && (set[processor / 8] & (1 << (processor % 8))) != 0;

    /// <summary>Has a thread, of any process of this user, run on one processor; what comes of it is left to the kernel.</summary>
    public static void Move(int thread, int processor)
    {
        Span<byte> set = stackalloc byte[SetLength];
        set.Clear();
        set[processor / 8] = (byte)(1 << (processor % 8));
        _ = SetAffinity(thread, set.Length, ref MemoryMarshal.GetReference(set));
    }

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SystemCall(nint number);

    [DllImport("libc", EntryPoint = "sched_getcpu")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetProcessor();

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAffinity(int thread, nint length, ref byte set);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nint length, ref byte set);
}
