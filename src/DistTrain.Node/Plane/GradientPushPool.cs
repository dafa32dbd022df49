namespace DistTrain.Node.Plane;

/// <summary>Pushes to use again, so that a step allocates none.</summary>
public sealed class GradientPushPool
{
    private readonly Stack<GradientPush> free = new();
    private readonly Lock gate = new();

    public GradientPush Rent()
    {
        GradientPush? push;
        lock (gate)
        {
            free.TryPop(out push);
        }

        if (push is null)
        {
            push = new GradientPush();
            push.RentedFrom(this);
        }

        return push;
    }

    internal void Return(GradientPush push)
    {
        lock (gate)
        {
            free.Push(push);
        }
    }
}
