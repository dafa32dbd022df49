using System.IO.MemoryMappedFiles;
using DistTrain.Node.Linux;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// One process's view of the memory that a server shares with all workers of its machine: how many seats to look at, and then the seats. There until nobody
/// knows it any more. What is in it is hints: who follows a wrong one, such as of a worker that was killed, does in vain what changes nobody's result.
/// </summary>
internal sealed unsafe class SeatMemory
{
    /// <summary>Seats that there can be. Workers beyond that do without.</summary>
    public const int Most = 255;

    /// <summary>A word of the memory's name.</summary>
    public const string Purpose = "seats";

    // Two pairs of cache lines: one is looked at by those that wait, the other by those that lend.
    private const int SeatBytes = 256;
    private const int BellOffset = 64;
    private const int ThreadOffset = BellOffset + sizeof(int);
    private const int PlacedOffset = ThreadOffset + sizeof(int);
    private const int AllowedOffset = 128;

    private readonly MemoryMappedViewAccessor view;
    private byte* start;

    /// <exception cref="IOException">There is no room for it in this process.</exception>
    public SeatMemory(MemoryFile file)
    {
        view = file.Map();
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    ~SeatMemory()
    {
        // Null if the constructor failed.
        if (start is not null)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    public static long Bytes => (1 + Most) * SeatBytes;

    /// <summary>Seats that may be taken are below that.</summary>
    public int Count
    {
        get => Math.Clamp(Volatile.Read(ref *(int*)start), 0, Most);
        set => Volatile.Write(ref *(int*)start, value);
    }

    /// <summary>One more than the number of the processor that the worker lends; 0 for none.</summary>
    public ref int Lent(int seat) => ref *(int*)Of(seat);

    /// <summary>What its borrowing thread sleeps on: see <see cref="Seat"/>.</summary>
    public ref int Bell(int seat) => ref *(int*)(Of(seat) + BellOffset);

    /// <summary>The kernel's number of its borrowing thread; 0 if there is none.</summary>
    public ref int Thread(int seat) => ref *(int*)(Of(seat) + ThreadOffset);

    /// <summary>One more than the number of the processor that this thread was moved to last.</summary>
    public ref int Placed(int seat) => ref *(int*)(Of(seat) + PlacedOffset);

    /// <summary>Where this thread may run, as far as its own process is concerned.</summary>
    public Span<byte> Allowed(int seat) => new(Of(seat) + AllowedOffset, ThreadPlacement.SetLength);

    public void Clear(int seat) => new Span<byte>(Of(seat), SeatBytes).Clear();

    private byte* Of(int seat) => start + ((1 + seat) * SeatBytes);
}
