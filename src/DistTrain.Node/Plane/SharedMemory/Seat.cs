using DistTrain.Node.Linux;
using DistTrain.Protocol.Plane;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>A worker's own seat.</summary>
/// <remarks>
/// Its bell is as that of a thread that waits for letters: rings while it is awake count as one. Who lends writes that first, and rings then; who borrows is
/// quiet first, and looks then whether somebody lends.
/// </remarks>
internal sealed class Seat(SeatMemory memory, int own) : ISeat
{
    private const int Quiet = 0;
    private const int Rung = 1;
    private const int Asleep = -1;

    public bool CanBorrow => Volatile.Read(ref memory.Lent(own)) == 0 && FindLent() != 0;

    /// <summary>The seat that WELCOME names.</summary>
    /// <returns>Null if none was offered, or it cannot be reached from here.</returns>
    public static Seat? Accept(FrameHeader welcome)
    {
        if (welcome.Seat is 0 or > SeatMemory.Most || welcome.MemoryProcess is 0 or > int.MaxValue || welcome.SeatsDescriptor > int.MaxValue || !Futex.IsAvailable)
        {
            return null;
        }

        using MemoryFile? file = MemoryFile.Open((int)welcome.MemoryProcess, (int)welcome.SeatsDescriptor, welcome.SeatsToken, SeatMemory.Bytes, SeatMemory.Purpose);
        try
        {
            return file is null ? null : new Seat(new SeatMemory(file), (int)welcome.Seat - 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No room for it in this process: the worker does without.
            return null;
        }
    }

    public void Lend()
    {
        int lent = ThreadPlacement.Processor + 1;
        // A full fence: who has just entered sees this, or is seen by the caller.
        Interlocked.Exchange(ref memory.Lent(own), lent);
        CallOneTo(lent);
    }

    public void TakeBack() => Volatile.Write(ref memory.Lent(own), 0);

    public void Enter()
    {
        ThreadPlacement.Read(memory.Allowed(own));
        Volatile.Write(ref memory.Thread(own), ThreadPlacement.Thread);

        // Until now nobody called it.
        Interlocked.Exchange(ref memory.Bell(own), Rung);
    }

    public void AwaitCall()
    {
        if (Interlocked.CompareExchange(ref memory.Bell(own), Asleep, Quiet) == Quiet)
        {
            while (Volatile.Read(ref memory.Bell(own)) == Asleep)
            {
                Futex.WaitShared(ref memory.Bell(own), Asleep);
            }
        }

        // A full fence: whether somebody lends is asked after that.
        Interlocked.Exchange(ref memory.Bell(own), Quiet);
    }

    public void PassOn()
    {
        int lent = FindLent();
        if (lent != 0)
        {
            CallOneTo(lent);
        }
    }

    public void Call()
    {
        Interlocked.Exchange(ref memory.Bell(own), Rung);
        Futex.WakeShared(ref memory.Bell(own));
    }

    /// <summary>What another one lends, of several the first after this seat: not all borrow from the same one.</summary>
    private int FindLent()
    {
        int count = memory.Count;
        for (int i = 1; i < count; i++)
        {
            int lent = Volatile.Read(ref memory.Lent((own + i) % count));
            if (lent != 0)
            {
                return lent;
            }
        }

        return 0;
    }

    /// <summary>Wakes one borrower that is asleep, of a worker that is at its gradient: more would be in each other's way. Those that are awake see for themselves.</summary>
    private void CallOneTo(int lent)
    {
        int count = memory.Count;
        for (int i = 1; i < count; i++)
        {
            int seat = (own + i) % count;
            if (Volatile.Read(ref memory.Thread(seat)) != 0 && Volatile.Read(ref memory.Lent(seat)) == 0
                && ThreadPlacement.Has(memory.Allowed(seat), lent - 1)
                && Interlocked.Exchange(ref memory.Bell(seat), Rung) == Asleep)
            {
                Place(seat, lent);
                Futex.WakeShared(ref memory.Bell(seat));
                return;
            }
        }
    }

    /// <summary>
    /// The kernel would as often wake it on the processor that its worker computes on: what the lender does to it while it waits looks like work.
    /// </summary>
    private void Place(int seat, int lent)
    {
        if (memory.Placed(seat) != lent)
        {
            memory.Placed(seat) = lent;
            ThreadPlacement.Move(memory.Thread(seat), lent - 1);
        }
    }
}
