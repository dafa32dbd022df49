using DistTrain.Node.Plane.Sockets;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.SharedMemory;

/// <summary>
/// The worker's end of the ring of weights: its own thread looks there while it waits, and the link's reader whenever a frame rings. Both
/// deliver under one lock, so what is in the ring comes in its order, and nothing after the end.
/// </summary>
/// <param name="deliver">Owns the weights from there. Must not block.</param>
/// <param name="fault">Ends the link, for a reason; called on the worker's thread.</param>
internal sealed class WeightsWatch(WeightsRing ring, IncomingSlots slots, Action<long, SharedBuffer> deliver, Action<string> fault) : ILookout
{
    private readonly Lock gate = new();
    private bool ended;

    public void Begin()
    {
        using Lock.Scope scope = gate.EnterScope();
        if (!ended)
        {
            ring.Watch();
        }
    }

    public void Look()
    {
        try
        {
            Take();
        }
        catch (LinkFaultException e)
        {
            fault(e.Message);
        }
    }

    public void End()
    {
        using (gate.EnterScope())
        {
            if (!ended)
            {
                ring.WatchNoMore();
            }
        }

        Look();
    }

    /// <summary>Delivers all that is there, which is one for each slot at most.</summary>
    /// <exception cref="LinkFaultException">Something else is there than can be. Nothing is delivered after that.</exception>
    public void Take()
    {
        using Lock.Scope scope = gate.EnterScope();
        for (int i = 0; i < SlotLayout.Each && !ended && ring.TryTake(out WeightsRing.Entry entry); i++)
        {
            deliver(entry.Version, Check(entry));
        }
    }

    /// <summary>The link has ended: the memory may go.</summary>
    public void Close()
    {
        using Lock.Scope scope = gate.EnterScope();
        ended = true;
    }

    private SharedBuffer Check(WeightsRing.Entry entry)
    {
        try
        {
            return entry.Version >= 0 ? slots.Take(entry.Slot) : throw new LinkFaultException($"version {entry.Version} in the shared memory cannot be");
        }
        catch (LinkFaultException)
        {
            ended = true;
            throw;
        }
    }
}
