using System.Runtime.InteropServices;

namespace DistTrain.Training.Buffers;

/// <summary>Memory that never moves, begins a cache line, and lies apart from all other of its kind. Lives as long as it is held.</summary>
/// <remarks>
/// Threads that start together allocate in turns, so one's vector would end where another's begins. With vectors side by side a gradient took a sixth longer
/// where the two processors have no cache in common, and the less the farther apart they were (docs/benchmarks/2026-11-30-apart.md). What fits is that a
/// processor fetches ahead of whoever streams through memory, past a vector's end too, and takes lines there from the thread that is writing them.
/// </remarks>
internal static class PinnedMemory
{
    /// <summary>Bytes before and after that nobody uses. Twice as many lie between any two.</summary>
    private const int Margin = 8192;

    /// <summary>So many elements, of whatever content.</summary>
    public static Memory<T> Allocate<T>(int length)
        where T : unmanaged => Within(GC.AllocateUninitializedArray<T>(WithMargins<T>(length), pinned: true), length);

    /// <summary>So many zeros.</summary>
    public static Memory<T> AllocateZeroed<T>(int length)
        where T : unmanaged => Within(GC.AllocateArray<T>(WithMargins<T>(length), pinned: true), length);

    private static unsafe int WithMargins<T>(int length)
        where T : unmanaged => checked(length + (((2 * Margin) + SharedBuffer.Alignment) / sizeof(T)));

    private static unsafe Memory<T> Within<T>(T[] storage, int length)
        where T : unmanaged
    {
        nint first = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        nint aligned = (first + Margin + SharedBuffer.Alignment - 1) & -SharedBuffer.Alignment;
        return storage.AsMemory((int)(aligned - first) / sizeof(T), length);
    }
}
