namespace DistTrain.Node.Plane;

/// <summary>
/// What waits on one direction of a link, in order. Weights wait in a place of their own, where newer ones replace
/// older ones. Not safe for concurrent use: its owner locks.
/// </summary>
internal sealed class LinkQueue
{
    private readonly Queue<LinkMessage> messages = new();
    private LinkMessage weights;

    /// <summary>Number of messages that wait, weights aside.</summary>
    public int Count => messages.Count;

    public void Add(in LinkMessage message)
    {
        if (message.Weights is null)
        {
            messages.Enqueue(message);
            return;
        }

        weights.Release();
        weights = message;
    }

    public bool TryTake(out LinkMessage message)
    {
        if (messages.TryDequeue(out message))
        {
            return true;
        }

        message = weights;
        weights = default;
        return message.Weights is not null;
    }

    /// <summary>Releases all that waits.</summary>
    public void Clear()
    {
        while (TryTake(out LinkMessage message))
        {
            message.Release();
        }
    }
}
