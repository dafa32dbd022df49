using System.Text;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// Turns messages into frames and hands these to the channel, as far as it takes them. Used by one thread at a time:
/// whoever has the wire.
/// </summary>
/// <param name="stateKind">What states are called in this direction: STATE or SNAPSHOT.</param>
internal sealed class FrameSender(IByteChannel channel, FrameKind stateKind, int pieceLength)
{
    private readonly FrameEncoder encoder = new();
    private ulong run;
    private int partition;
    private ReadOnlyMemory<byte> head;
    private ReadOnlyMemory<byte> payload;
    private LinkMessage current;
    private int section;
    private int next;
    private int sends;
    private OutgoingSlots? slots;

    /// <summary>Changes whenever the channel took bytes. May be read by any thread.</summary>
    public int Sends => Volatile.Read(ref sends);

    /// <summary>Where gradients and weights are put instead of being sent, if the peer shares memory. May be set by any thread.</summary>
    public OutgoingSlots? Slots
    {
        get => Volatile.Read(ref slots);
        set => Volatile.Write(ref slots, value);
    }

    private bool HasMessage => current != default;

    /// <summary>Every frame from now on names this partition.</summary>
    public void Address(PlaneIdentity identity)
    {
        run = identity.Run;
        partition = identity.Partition;
    }

    /// <summary>Begins a frame without vector. The one before must be through.</summary>
    public void Begin(FrameKind kind, string text = "", Action<FrameHeader>? fill = null)
    {
        FrameHeader header = NewHeader(kind);
        fill?.Invoke(header);
        ReadOnlyMemory<byte> words = text.Length == 0 ? default : Encoding.UTF8.GetBytes(text);
        head = encoder.Encode(words.Length, FrameChecksum.OfPayload(words.Span));
        payload = words;
    }

    /// <summary>Begins HELLO.</summary>
    public void BeginHello(PlaneIdentity identity, int length)
    {
        FrameHeaders.WriteIdentity(NewHeader(FrameKind.Hello), identity, length);
        head = encoder.Encode(0, FrameChecksum.OfPayload(default));
    }

    /// <summary>Begins a message, which the sender owns from here. The one before must be through.</summary>
    public void Begin(in LinkMessage message)
    {
        current = message;
        section = 0;
        next = 0;
    }

    /// <summary>Sends the rest of the frame under way.</summary>
    /// <returns>False if the channel takes no more for now.</returns>
    public bool TryFinishFrame()
    {
        while (head.Length + payload.Length > 0)
        {
            int sent = channel.TrySend(head, payload);
            if (sent == 0)
            {
                return false;
            }

            int ofHead = Math.Min(sent, head.Length);
            head = head[ofHead..];
            payload = payload[(sent - ofHead)..];
            Volatile.Write(ref sends, sends + 1);
        }

        return true;
    }

    /// <summary>Sends the rest of the message under way, and takes what it sends off the budget.</summary>
    /// <returns>False if something is left: the channel takes no more for now, or the budget of bytes is used up.</returns>
    public bool TryFinishMessage(ref long budget)
    {
        while (TryFinishFrame())
        {
            if (!HasMessage)
            {
                return true;
            }

            long toCopy = BytesToCopy();
            if (budget <= 0 || toCopy > budget)
            {
                return false;
            }

            BeginPiece();
            budget -= Math.Max(toCopy, payload.Length);
        }

        return false;
    }

    /// <summary>Gives up what is under way, as the link is lost.</summary>
    public void Abandon()
    {
        head = default;
        payload = default;
        DropMessage();
    }

    private void DropMessage()
    {
        LinkMessage dropped = current;
        current = default;
        dropped.Release();
    }

    private FrameHeader NewHeader(FrameKind kind)
    {
        FrameHeader header = encoder.Header;
        FrameHeaders.Reset(header);
        header.Kind = kind;
        header.Run = run;
        header.Partition = (uint)partition;
        return header;
    }

    /// <summary>Begins the next piece of the message under way, or ends the message if there is none.</summary>
    private void BeginPiece()
    {
        SharedBuffer vector = Vector()!;
        if (next == vector.Length)
        {
            if (NextSection() is not { } following)
            {
                DropMessage();
                return;
            }

            vector = following;
        }

        bool tell = true;
        int? slot = next == 0 && current.State is null ? Slots?.TryGive(current.Version, vector, out tell) : null;
        if (slot is not null && current.Weights is not null)
        {
            next = vector.Length;
            if (tell)
            {
                Begin(FrameKind.Bell);
            }

            return;
        }

        int count = slot is null ? Math.Min(pieceLength, vector.Length - next) : vector.Length;
        FrameHeader header = NewHeader(
            current.Push is not null ? FrameKind.Push : current.State is not null ? stateKind : FrameKind.Weights);
        header.Version = (ulong)current.Version;
        header.Total = (ulong)vector.Length;
        header.Offset = (ulong)next;
        header.Count = (uint)count;
        header.Section = (Section)section;
        header.Moments = (uint)(current.State?.Moments ?? Moments.None);
        if (current.Push is { } push)
        {
            FrameHeaders.WritePush(header, push, first: next == 0);
        }

        next += count;
        if (slot is { } number)
        {
            header.Slot = (uint)number + 1;
            head = encoder.Encode(0, FrameChecksum.OfPayload(default));
            payload = default;
            return;
        }

        ReadOnlyMemory<byte> piece = vector.Content.Slice((next - count) * sizeof(float), count * sizeof(float));
        head = encoder.Encode(piece.Length, count == vector.Length ? vector.Checksum : FrameChecksum.OfPayload(piece.Span));
        payload = piece;
    }

    /// <summary>Of the vector under way into a slot, if there is one for it: the caller's time as sending is.</summary>
    private long BytesToCopy() =>
        next == 0 && current.State is null && Slots is { } shared && Vector() is { } vector && !shared.Owns(vector) ? (long)vector.Length * sizeof(float) : 0;

    /// <summary>The next vector of the state under way; null if there is none.</summary>
    private SharedBuffer? NextSection()
    {
        next = 0;
        while (current.State is not null && section < (int)Section.SecondMoment)
        {
            section++;
            if (Vector() is { } vector)
            {
                return vector;
            }
        }

        return null;
    }

    private SharedBuffer? Vector() => current switch
    {
        { Push: { } push } => push.Gradient,
        { State: { } state } => (Section)section switch
        {
            Section.WeightsSection => state.Weights,
            Section.FirstMoment => state.FirstMoment,
            _ => state.SecondMoment,
        },
        _ => current.Weights!,
    };
}
