using DistTrain.Protocol.Plane;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>
/// The sending half of a link. The wire, the right to send, belongs to one thread at a time: a caller takes it if it
/// is free, sends what the channel takes at once, and leaves the rest to the writer. Callers never wait.
/// </summary>
internal sealed class Outbox(FrameSender sender, int queueLimit)
{
    /// <summary>Bytes that a caller sends itself: enough for LeNet-5, little enough not to hold it up.</summary>
    private const long CallerBudget = 512 * 1024;

    private readonly object gate = new();
    private readonly LinkQueue queue = new();
    private Action<FrameSender>? opening;
    private Wire wire = Wire.Free;
    private bool pingDue;
    private bool closed;

    private enum Wire
    {
        Free,
        Caller,
        Writer,
    }

    public enum Turn
    {
        /// <summary>Nothing to do for the writer.</summary>
        None,

        /// <summary>The wire is the writer's, and there is something to send.</summary>
        Writer,

        /// <summary>The link is closed.</summary>
        Closed,
    }

    /// <summary>Why sending failed, once it has; nothing is sent from then on.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Sends the first frame before all else.</summary>
    public void Open(Action<FrameSender> first)
    {
        lock (gate)
        {
            opening = first;
            if (!TakeWire())
            {
                return;
            }
        }

        Pump(CallerBudget);
    }

    /// <summary>Sends a message, now or later; owns it in any case.</summary>
    /// <returns>False if more wait than may.</returns>
    public bool Send(in LinkMessage message)
    {
        lock (gate)
        {
            if (closed)
            {
                message.Release();
                return true;
            }

            queue.Add(message);
            if (!TakeWire())
            {
                return queue.Count <= queueLimit;
            }
        }

        Pump(CallerBudget);
        return true;
    }

    /// <summary>Sends a PING, unless something is being sent anyway.</summary>
    public void Ping()
    {
        lock (gate)
        {
            if (!TakeWire())
            {
                return;
            }

            pingDue = true;
        }

        Pump(CallerBudget);
    }

    /// <summary>Waits until the writer has something to do, or the time is up.</summary>
    public Turn AwaitTurn(TimeSpan timeout)
    {
        lock (gate)
        {
            if (!closed && wire != Wire.Writer)
            {
                Monitor.Wait(gate, timeout);
            }

            return closed ? Turn.Closed : wire == Wire.Writer && Failure is null ? Turn.Writer : Turn.None;
        }
    }

    /// <summary>Sends for as long as the channel takes bytes. Called by whoever has the wire.</summary>
    /// <returns>False if something is left; the wire is the writer's then.</returns>
    public bool Pump(long budget)
    {
        try
        {
            while (sender.TryFinishMessage(ref budget))
            {
                lock (gate)
                {
                    if (closed)
                    {
                        break;
                    }

                    if (!BeginNext())
                    {
                        wire = Wire.Free;
                        return true;
                    }
                }
            }
        }
        catch (Exception e)
        {
            // Whatever it was: the wire must go to the writer, which ends the link.
            Failure = e;
        }

        lock (gate)
        {
            wire = Wire.Writer;
            Monitor.PulseAll(gate);
            return false;
        }
    }

    /// <summary>Takes no more messages; wakes the writer.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Takes the wire for good and releases what waits. Called by the writer once closed.</summary>
    public void Seize()
    {
        lock (gate)
        {
            while (wire == Wire.Caller)
            {
                Monitor.Wait(gate);
            }

            wire = Wire.Writer;
            queue.Clear();
        }
    }

    /// <summary>Under the gate: whether the caller has the wire now.</summary>
    private bool TakeWire()
    {
        if (closed || wire != Wire.Free)
        {
            return false;
        }

        wire = Wire.Caller;
        return true;
    }

    /// <summary>Under the gate: begins what is next; false if nothing is.</summary>
    private bool BeginNext()
    {
        if (opening is not null)
        {
            opening(sender);
            opening = null;
        }
        else if (queue.TryTake(out LinkMessage message))
        {
            sender.Begin(message);
        }
        else if (pingDue)
        {
            pingDue = false;
            sender.Begin(FrameKind.Ping);
        }
        else
        {
            return false;
        }

        return true;
    }
}
