using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// One process's view of the memory that a link shares. It is there until the link has ended and nobody holds a vector in it
/// any more: a worker computes on with weights whose link is lost.
/// </summary>
internal sealed unsafe class SlotMemory
{
    /// <summary>Slots that are taken by nobody, for their sender to fill.</summary>
    private const int Free = 0;

    private const int Given = 1;

    // Pages that are touched for the first time cost the kernel some microseconds for every few.
    private const long TouchedAtOnce = 64 << 20;
    private const int Page = 4096;

    private readonly MemoryMappedViewAccessor view;
    private byte* start;
    private int holders = 1;

    /// <exception cref="IOException">There is no room for it in this process.</exception>
    public SlotMemory(MemoryFile file, SlotLayout layout)
    {
        Layout = layout;
        view = file.Map();
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    /// <summary>A vector that nobody gave back, such as one in a letter to an actor that has ended, must not keep the memory for ever.</summary>
    ~SlotMemory() => Unmap();

    public SlotLayout Layout { get; }

    /// <summary>Has the kernel find the pages now, if they are not too many, instead of in the first steps.</summary>
    public void Touch()
    {
        for (long at = 0; Layout.Bytes <= TouchedAtOnce && at < Layout.Bytes; at += Page)
        {
            _ = Volatile.Read(ref start[at]);
        }
    }

    /// <summary>Whether it was given back to its sender, who alone may ask.</summary>
    public bool IsFree(int slot) => Volatile.Read(ref Word(slot)) == Free;

    /// <summary>Whether its sender has given it away.</summary>
    public bool IsGiven(int slot) => Volatile.Read(ref Word(slot)) == Given;

    /// <summary>By its sender, once all is written.</summary>
    public void Give(int slot) => Volatile.Write(ref Word(slot), Given);

    /// <summary>By its receiver, once all is read.</summary>
    public void GiveBack(int slot) => Volatile.Write(ref Word(slot), Free);

    /// <summary>Of the ring: one more than the number of the entry that is there, once all of it is.</summary>
    public ref long EntryNumber(long number) => ref *(long*)(start + SlotLayout.EntryOffset(number));

    public ref WeightsRing.Entry Entry(long number) => ref *(WeightsRing.Entry*)(start + SlotLayout.EntryOffset(number) + sizeof(long));

    /// <summary>1 while the ring's reader looks at it without being told.</summary>
    public ref int Watched => ref *(int*)(start + SlotLayout.WatchedOffset);

    /// <summary>The vector's bytes.</summary>
    public Memory<byte> Vector(int slot) => new Section(start + Layout.Offset(slot), Layout.VectorBytes).Memory;

    /// <summary>By one who holds it already.</summary>
    public void Hold() => Interlocked.Increment(ref holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            Unmap();
        }
    }

    private void Unmap()
    {
        // Null when it is done, and in an object whose constructor failed.
        if (start is not null)
        {
            start = null;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }
    }

    private ref int Word(int slot) => ref *(int*)(start + SlotLayout.WordOffset(slot));

    private sealed class Section(byte* first, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(first, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(first + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
