using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// The slots that this side fills. What is rented here and sent over the link is not copied at all; another vector is copied into a slot
/// that is free. When none is, vectors are rented elsewhere and travel through the socket, so nobody ever waits for a slot.
/// </summary>
internal sealed class OutgoingSlots : IBufferSource, IBufferHome
{
    private readonly SlotMemory memory;
    private readonly int first;
    private readonly IBufferSource otherwise;
    private readonly WeightsRing? ring;
    private readonly SharedBuffer[] buffers = new SharedBuffer[SlotLayout.Each];
    private readonly bool[] rented = new bool[SlotLayout.Each];
    private readonly Lock gate = new();
    private bool ended;

    /// <param name="first">Number of the first one.</param>
    /// <param name="otherwise">Where buffers come from when no slot is free.</param>
    /// <param name="ring">Where the peer finds what it is given; null if frames say so.</param>
    public OutgoingSlots(SlotMemory memory, int first, IBufferSource otherwise, WeightsRing? ring)
    {
        this.memory = memory;
        this.first = first;
        this.otherwise = otherwise;
        this.ring = ring;
        for (int i = 0; i < SlotLayout.Each; i++)
        {
            buffers[i] = new SharedBuffer(this, memory.Vector(first + i));
        }
    }

    public int Length => memory.Layout.Length;

    /// <summary>Whether it is in one of the slots.</summary>
    public bool Owns(SharedBuffer vector) => Array.IndexOf(buffers, vector) >= 0;

    public SharedBuffer Rent() => TryTake(out int i) ? buffers[i].Begin() : otherwise.Rent();

    /// <summary>Gives the peer a vector in a slot.</summary>
    /// <param name="tell">Whether a frame has to tell the peer of it.</param>
    /// <returns>The slot, from which the peer can read it from now on; null when none is free.</returns>
    public int? TryGive(long version, SharedBuffer vector, out bool tell)
    {
        int own = Array.IndexOf(buffers, vector);
        if (own >= 0)
        {
            // Stays rented here until the caller lets go of it as well.
            tell = Give(version, own);
            return first + own;
        }

        if (!TryTake(out int i))
        {
            tell = false;
            return null;
        }

        // The link may end meanwhile: the memory is there for as long as the slot is rented.
        vector.Content.Span.CopyTo(buffers[i].Bytes.Span);
        tell = Give(version, i);
        Leave(i);
        return first + i;
    }

    /// <summary>The link has ended.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
        }
    }

    void IBufferHome.Return(SharedBuffer buffer) => Leave(Array.IndexOf(buffers, buffer));

    private bool Give(long version, int index)
    {
        memory.Give(first + index);
        return ring is null || ring.Add(version, first + index);
    }

    private bool TryTake(out int index)
    {
        lock (gate)
        {
            // The lowest that is free: it is the likeliest to be in a cache.
            for (index = 0; !ended && index < rented.Length; index++)
            {
                if (!rented[index] && memory.IsFree(first + index))
                {
                    rented[index] = true;
                    memory.Hold();
                    return true;
                }
            }
        }

        return false;
    }

    private void Leave(int index)
    {
        lock (gate)
        {
            rented[index] = false;
        }

        memory.Release();
    }
}
