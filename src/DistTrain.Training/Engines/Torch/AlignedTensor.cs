using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistTrain.Training.Buffers;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// A one-dimensional tensor that is also a span: libtorch's memory, 64-byte aligned, which never moves while this
/// object lives. Alignment is part of the result: MKL may sum in another order on other alignments.
/// </summary>
/// <typeparam name="T">float or long.</typeparam>
internal sealed unsafe class AlignedTensor<T> : IDisposable
    where T : unmanaged
{
    private readonly T* first;

    public AlignedTensor(int length)
    {
        ScalarType type = typeof(T) == typeof(long) ? ScalarType.Int64 : ScalarType.Float32;
        Tensor = zeros(length, type).DetachFromDisposeScope();
        Length = length;
        first = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Tensor.bytes));
        if ((nuint)first % SharedBuffer.Alignment != 0)
        {
            throw new NotSupportedException($"libtorch allocated a tensor that is not aligned to {SharedBuffer.Alignment} bytes; results would depend on it.");
        }
    }

    public Tensor Tensor { get; }

    public int Length { get; }

    public Span<T> Values => new(first, Length);

    /// <summary>The same memory from <paramref name="start"/> on, in another shape; the caller disposes it.</summary>
    public Tensor View(long start, params long[] shape)
    {
        long length = 1;
        foreach (long size in shape)
        {
            length *= size;
        }

        using Tensor range = Tensor.narrow(0, start, length);
        return range.view(shape).DetachFromDisposeScope();
    }

    public void Dispose() => Tensor.Dispose();
}
