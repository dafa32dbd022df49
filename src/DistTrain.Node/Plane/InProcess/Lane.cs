namespace DistTrain.Node.Plane.InProcess;

/// <summary>
/// One direction of a link within the process. A message is handled at once, on its sender's thread, unless the lane
/// is busy; then the thread that is busy in it handles it next. So messages keep their order, the end comes last, and
/// answers to answers do not pile up on the stack.
/// </summary>
/// <param name="deliver">Hands a message to the receiver, which owns it from there.</param>
/// <param name="end">Tells the receiver that the link ended.</param>
internal sealed class Lane(Action<LinkMessage> deliver, Action<string> end)
{
    private readonly object gate = new();
    private readonly LinkQueue queue = new();
    private bool busy;
    private bool ended;
    private string? closeReason;

    /// <summary>Sends a message; owns it in any case.</summary>
    public void Send(in LinkMessage message)
    {
        lock (gate)
        {
            if (closeReason is not null)
            {
                message.Release();
                return;
            }

            queue.Add(message);
            if (busy)
            {
                return;
            }

            busy = true;
        }

        Work();
    }

    /// <summary>Drops what waits, and tells the receiver; only the first call counts.</summary>
    public void Close(string reason)
    {
        lock (gate)
        {
            if (closeReason is not null)
            {
                return;
            }

            closeReason = reason;
            queue.Clear();
            if (busy)
            {
                return;
            }

            busy = true;
        }

        Work();
    }

    private void Work()
    {
        while (Next(out LinkMessage message, out bool last))
        {
            if (last)
            {
                end(closeReason!);
            }
            else
            {
                Deliver(message);
            }
        }
    }

    private void Deliver(in LinkMessage message)
    {
        try
        {
            deliver(message);
        }
        catch
        {
            // The fault is the receiver's, the exception goes to the sender; the lane must not stay busy for ever.
            lock (gate)
            {
                busy = false;
            }

            throw;
        }
    }

    private bool Next(out LinkMessage message, out bool last)
    {
        lock (gate)
        {
            last = closeReason is not null && !ended;
            if (last)
            {
                ended = true;
                message = default;
                return true;
            }

            busy = queue.TryTake(out message);
            return busy;
        }
    }
}
