using System.Runtime.InteropServices;
using DistTrain.Training.Buffers;

namespace DistTrain.Benchmarks.Exchange;

/// <summary>A buffer with something in it: memory that was never written is all one page, and too fast to be true.</summary>
internal static class RandomBuffer
{
    public static SharedBuffer Of(IBufferSource source)
    {
        SharedBuffer buffer = source.Rent();
        new Random(1).NextBytes(MemoryMarshal.AsBytes(buffer.Floats));
        return buffer;
    }
}
