using System.Collections.Concurrent;

namespace DistTrain.Node.Plane;

/// <summary>Pushes to use again, so that a step allocates none.</summary>
public sealed class GradientPushPool
{
    private readonly ConcurrentStack<GradientPush> free = new();

    public GradientPush Rent()
    {
        if (!free.TryPop(out GradientPush? push))
        {
            push = new GradientPush();
            push.RentedFrom(this);
        }

        return push;
    }

    internal void Return(GradientPush push) => free.Push(push);
}
