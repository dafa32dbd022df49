using System.Security.Cryptography;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// The memory that the two ends of a link share where both are processes of one user on one machine. The socket stays the
/// link: PUSH says in which slot its vector is, and BELL that there are weights in the ring.
/// </summary>
internal sealed class LinkMemory
{
    private readonly SlotMemory memory;
    private readonly int descriptor;
    private readonly ulong token;
    private MemoryFile? offered;

    private LinkMemory(MemoryFile file, ulong token, SlotLayout layout, bool up, IBufferSource otherwise)
    {
        this.token = token;
        descriptor = file.Descriptor;
        memory = new SlotMemory(file, layout);
        Weights = new WeightsRing(memory);
        Outgoing = new OutgoingSlots(memory, up ? 0 : SlotLayout.Each, otherwise, up ? null : Weights);
        Incoming = new IncomingSlots(memory, up ? SlotLayout.Each : 0);
    }

    public OutgoingSlots Outgoing { get; }

    public IncomingSlots Incoming { get; }

    /// <summary>One way: the server writes, the worker reads.</summary>
    public WeightsRing Weights { get; }

    /// <summary>The server's end, which makes the memory.</summary>
    /// <param name="otherwise">Where weights come from that find no slot.</param>
    /// <returns>Null if there can be none.</returns>
    public static LinkMemory? Offer(int length, IBufferSource otherwise)
    {
        var layout = new SlotLayout(length);
        ulong token = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        MemoryFile? file = layout.IsReasonable ? MemoryFile.Create(token, layout.Bytes) : null;
        LinkMemory? made = Map(file, token, layout, up: false, otherwise);
        if (made is null)
        {
            file?.Dispose();
        }
        else
        {
            made.offered = file;
        }

        return made;
    }

    /// <summary>The worker's end, by what WELCOME says.</summary>
    /// <param name="otherwise">Where gradients come from that find no slot.</param>
    /// <returns>Null if it was not offered, or cannot be reached from here.</returns>
    public static LinkMemory? Accept(FrameHeader welcome, int length, IBufferSource otherwise)
    {
        if (welcome.MemoryProcess is 0 or > int.MaxValue || welcome.MemoryDescriptor > int.MaxValue)
        {
            return null;
        }

        var layout = new SlotLayout(length);
        using MemoryFile? file = layout.IsReasonable
            ? MemoryFile.Open((int)welcome.MemoryProcess, (int)welcome.MemoryDescriptor, welcome.MemoryToken, layout.Bytes)
            : null;
        LinkMemory? shared = Map(file, welcome.MemoryToken, layout, up: true, otherwise);
        shared?.memory.Touch();
        return shared;
    }

    /// <summary>Says in WELCOME where it is.</summary>
    public void Describe(FrameHeader welcome)
    {
        welcome.MemoryProcess = (uint)Environment.ProcessId;
        welcome.MemoryDescriptor = (uint)descriptor;
        welcome.MemoryToken = token;
    }

    /// <summary>The worker has shown that it has the memory: nobody need find it any more.</summary>
    public void Confirm()
    {
        Hide();
        memory.Touch();
    }

    /// <summary>The link has ended. What is still held of the memory stays until it is given back.</summary>
    public void End()
    {
        Hide();
        Outgoing.End();
        memory.Release();
    }

    private void Hide()
    {
        offered?.Dispose();
        offered = null;
    }

    private static LinkMemory? Map(MemoryFile? file, ulong token, SlotLayout layout, bool up, IBufferSource otherwise)
    {
        try
        {
            return file is null ? null : new LinkMemory(file, token, layout, up, otherwise);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No room for it in this process: the link does without.
            return null;
        }
    }
}
