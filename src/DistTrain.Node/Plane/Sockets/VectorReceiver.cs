using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>Puts the pieces of one vector after another into a pooled buffer. Pieces come in order, without gaps.</summary>
/// <param name="length">Number of floats every vector must have.</param>
internal sealed class VectorReceiver(BufferPool pool, int length)
{
    private SharedBuffer? buffer;
    private int received;
    private FrameKind kind;
    private ulong version;
    private Section section;

    /// <summary>Where vectors may be that do not come through the socket.</summary>
    public IncomingSlots? Slots { get; set; }

    /// <summary>Whether the next piece continues a vector.</summary>
    public bool InProgress => buffer is not null;

    /// <summary>Takes the frame's piece.</summary>
    /// <returns>The whole vector once its last piece is in, else null. The caller owns it.</returns>
    public SharedBuffer? Receive(FrameReader frame)
    {
        FrameHeader header = frame.Header;
        Check(header);
        if (header.Slot != 0)
        {
            return TakeFromSlot(frame);
        }

        if (buffer is null)
        {
            buffer = pool.Rent();
            kind = header.Kind;
            version = header.Version;
            section = header.Section;
        }

        frame.ReadPayload(buffer.Bytes.Span.Slice(received * sizeof(float), (int)header.Count * sizeof(float)));
        received += (int)header.Count;
        if (received < length)
        {
            return null;
        }

        SharedBuffer whole = buffer;
        buffer = null;
        received = 0;
        return whole;
    }

    /// <summary>Gives back a vector that will not be completed.</summary>
    public void Release()
    {
        buffer?.Release();
        buffer = null;
        received = 0;
    }

    private SharedBuffer TakeFromSlot(FrameReader frame)
    {
        FrameHeader header = frame.Header;
        if (Slots is null || InProgress || header.Count != (ulong)length)
        {
            throw new LinkFaultException($"a {header.Kind} frame names slot {header.Slot - 1} of the shared memory where none can be");
        }

        // Nothing; but it tells whether the header is as it was sent.
        frame.ReadPayload(default);
        return Slots.Take((long)header.Slot - 1);
    }

    private void Check(FrameHeader header)
    {
        if (header.Total != (ulong)length)
        {
            throw new LinkFaultException($"a {header.Kind} frame is of a vector of {header.Total} floats; this partition has {length}");
        }

        if (header.Offset != (ulong)received
            || (InProgress && (header.Kind != kind || header.Version != version || header.Section != section)))
        {
            throw new LinkFaultException(
                $"a {header.Kind} frame of version {header.Version} at offset {header.Offset} is out of order: {Expected()}");
        }

        if (header.Count == 0 || header.Count > (ulong)(length - received))
        {
            throw new LinkFaultException($"a {header.Kind} frame has {header.Count} floats at offset {received} of {length}");
        }
    }

    private string Expected() => InProgress ? $"{kind} of version {version} at offset {received} is due" : "a vector begins at offset 0";
}
