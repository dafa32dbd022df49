using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistTrain.Training.Buffers;

namespace DistTrain.Tests.Buffers;

public sealed unsafe class PinnedMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(61_706)]
    public void BeginsACacheLineAndHasTheLengthAskedFor(int length)
    {
        Memory<float> floats = PinnedMemory.Allocate<float>(length);
        Memory<byte> bytes = PinnedMemory.Allocate<byte>(length);
        Memory<long> numbers = PinnedMemory.AllocateZeroed<long>(length);

        Assert.Equal((length, length, length), (floats.Length, bytes.Length, numbers.Length));
        Assert.Equal(0, Address(floats) % SharedBuffer.Alignment);
        Assert.Equal(0, Address(bytes) % SharedBuffer.Alignment);
        Assert.Equal(0, Address(numbers) % SharedBuffer.Alignment);
    }

    [Fact]
    public void StaysWhereItIsWhenGarbageIsCollected()
    {
        Memory<float> floats = PinnedMemory.Allocate<float>(1_000);
        nint before = Address(floats);

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);

        Assert.Equal(before, Address(floats));
    }

    [Fact]
    public void IsZeroWhereThatIsAskedFor()
    {
        for (int i = 0; i < 20; i++)
        {
            PinnedMemory.Allocate<int>(5_000).Span.Fill(-1);
        }

        // What was filled is free to be given out again.
        GC.Collect();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(PinnedMemory.AllocateZeroed<int>(5_000).Span.IndexOfAnyExcept(0) < 0);
        }
    }

    /// <summary>Of several threads that allocate at the same time, as workers do, none is nearer to another's than four pages.</summary>
    [Fact]
    public void VectorsOfSeveralThreadsLieApart()
    {
        const int Each = 200;
        const int Distance = 16 * 1024;
        var all = new Memory<float>[4][];
        Parallel.For(0, all.Length, thread => all[thread] = [.. Enumerable.Range(1, Each).Select(PinnedMemory.Allocate<float>)]);

        (nint First, nint End)[] ordered = [.. all.SelectMany(vectors => vectors).Select(vector => (Address(vector), Address(vector) + (vector.Length * sizeof(float)))).Order()];

        for (int i = 1; i < ordered.Length; i++)
        {
            Assert.True(ordered[i].First - ordered[i - 1].End >= Distance, $"{ordered[i].First - ordered[i - 1].End} bytes");
        }

        GC.KeepAlive(all);
    }

    private static nint Address<T>(Memory<T> memory)
        where T : unmanaged => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span));
}
