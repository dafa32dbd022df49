using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistTrain.Training.Buffers;

namespace DistTrain.Training.Engines.Simd;

/// <summary>Floats by address: zeroed at first, and as <see cref="PinnedMemory"/> has it. They live as long as this object is held.</summary>
internal sealed unsafe class AlignedFloats
{
    private readonly Memory<float> storage;

    public AlignedFloats(int length)
    {
        storage = PinnedMemory.AllocateZeroed<float>(length);
        First = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(storage.Span));
        Length = length;
    }

    public float* First { get; }

    public int Length { get; }

    public Span<float> Values => new(First, Length);
}
