using System.Runtime.InteropServices;
using DistTrain.Training.Buffers;

namespace DistTrain.Training.Engines.Simd;

/// <summary>Zeroed floats at an address that never moves and begins a cache line. Lives as long as this object is held.</summary>
internal sealed unsafe class AlignedFloats
{
    private readonly float[] storage;

    public AlignedFloats(int length)
    {
        storage = GC.AllocateArray<float>(checked(length + (SharedBuffer.Alignment / sizeof(float))), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        First = (float*)((address + SharedBuffer.Alignment - 1) & -SharedBuffer.Alignment);
        Length = length;
    }

    public float* First { get; }

    public int Length { get; }

    public Span<float> Values => new(First, Length);
}
