using System.Security.Cryptography;
using DistTrain.Node.Linux;
using DistTrain.Protocol.Plane;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>The server's side of the seats of its machine: one for each link to a worker that shares memory with it.</summary>
internal sealed class Seats : IDisposable
{
    private readonly MemoryFile file;
    private readonly ulong token;
    private readonly SeatMemory memory;
    private readonly bool[] taken = new bool[SeatMemory.Most];
    private readonly Lock gate = new();

    private Seats(MemoryFile file, ulong token)
    {
        this.file = file;
        this.token = token;
        memory = new SeatMemory(file);
    }

    /// <returns>Null where there can be none.</returns>
    public static Seats? Create()
    {
        ulong token = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        MemoryFile? file = Futex.IsAvailable ? MemoryFile.Create(token, SeatMemory.Bytes, SeatMemory.Purpose) : null;
        try
        {
            return file is null ? null : new Seats(file, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No room for it in this process.
            file!.Dispose();
            return null;
        }
    }

    /// <returns>The seat's number; null if all are taken.</returns>
    public int? Take()
    {
        lock (gate)
        {
            int seat = Array.IndexOf(taken, false);
            if (seat < 0)
            {
                return null;
            }

            taken[seat] = true;
            memory.Clear(seat);
            memory.Count = Array.LastIndexOf(taken, true) + 1;
            return seat;
        }
    }

    /// <summary>Its link has ended. Perhaps its worker was killed, and nobody else would take back the processor that it lends.</summary>
    public void Free(int seat)
    {
        lock (gate)
        {
            memory.Clear(seat);
            taken[seat] = false;
            memory.Count = Array.LastIndexOf(taken, true) + 1;
        }
    }

    /// <summary>Says in WELCOME, which names this process already, where a seat is.</summary>
    public void Describe(FrameHeader welcome, int seat)
    {
        welcome.SeatsDescriptor = (uint)file.Descriptor;
        welcome.SeatsToken = token;
        welcome.Seat = (uint)seat + 1;
    }

    /// <summary>Nobody finds them any more; whoever has one keeps it.</summary>
    public void Dispose() => file.Dispose();
}
