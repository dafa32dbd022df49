using System.Runtime.InteropServices;

namespace DistTrain.Training.Buffers;

/// <summary>Memory that never moves, begins a cache line, and lies apart from all other of its kind. Lives as long as it is held.</summary>
/// <remarks>
/// Threads that start together allocate in turns, so one's vector would end where another's begins. A processor fetches ahead of whoever streams through
/// memory, past the end of the vector too, and takes lines there from the thread that is writing them. With vectors side by side a gradient took a sixth longer
/// for that where the two have no cache in common; docs/benchmarks/2026-11-30-apart.md has what each distance gains.
/// </remarks>
internal static class PinnedMemory
{
    /// <summary>One cache line, and one AVX-512 register, in bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes before and after that nobody uses. Twice as many lie between any two.</summary>
    private const int Margin = 8192;

    /// <summary>So many elements, of whatever content.</summary>
    public static Memory<T> Allocate<T>(int length)
        where T : unmanaged => Within(GC.AllocateUninitializedArray<T>(WithMargins<T>(length), pinned: true), length);

    /// <summary>So many zeros.</summary>
    public static Memory<T> AllocateZeroed<T>(int length)
        where T : unmanaged => Within(GC.AllocateArray<T>(WithMargins<T>(length), pinned: true), length);

    private static unsafe int WithMargins<T>(int length)
        where T : unmanaged => checked(length + (((2 * Margin) + Alignment) / sizeof(T)));

    private static unsafe Memory<T> Within<T>(T[] storage, int length)
        where T : unmanaged
    {
        nint first = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        nint aligned = (first + Margin + Alignment - 1) & -Alignment;
        return storage.AsMemory((int)(aligned - first) / sizeof(T), length);
    }
}
