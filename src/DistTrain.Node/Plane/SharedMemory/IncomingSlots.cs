using DistTrain.Node.Plane.Sockets;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>The slots that the peer fills.</summary>
internal sealed class IncomingSlots : IBufferHome
{
    private readonly SlotMemory memory;
    private readonly int first;
    private readonly SharedBuffer[] buffers = new SharedBuffer[SlotLayout.Each];

    /// <summary>What is held here. The word in the memory is the peer's to write, so it is not believed.</summary>
    private readonly bool[] held = new bool[SlotLayout.Each];

    /// <param name="first">Number of the first one.</param>
    public IncomingSlots(SlotMemory memory, int first)
    {
        this.memory = memory;
        this.first = first;
        for (int i = 0; i < SlotLayout.Each; i++)
        {
            buffers[i] = new SharedBuffer(this, memory.Vector(first + i));
        }
    }

    /// <summary>The vector that the peer says is in a slot; the caller holds it. By one thread at a time.</summary>
    /// <exception cref="LinkFaultException">It cannot be there.</exception>
    public SharedBuffer Take(long slot)
    {
        long i = slot - first;
        if (i < 0 || i >= buffers.Length || Volatile.Read(ref held[i]) || !memory.IsGiven((int)slot))
        {
            throw new LinkFaultException($"the peer names slot {slot} of the shared memory, which was not given");
        }

        Volatile.Write(ref held[i], true);
        memory.Hold();
        return buffers[i].Begin();
    }

    void IBufferHome.Return(SharedBuffer buffer)
    {
        int i = Array.IndexOf(buffers, buffer);
        Volatile.Write(ref held[i], false);
        memory.GiveBack(first + i);
        memory.Release();
    }
}
