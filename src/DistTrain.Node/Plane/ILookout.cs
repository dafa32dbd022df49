namespace DistTrain.Node.Plane;

/// <summary>
/// What a worker's thread can look at itself while it waits for its next step, so that nobody need wake it. All calls come from that thread.
/// </summary>
public interface ILookout
{
    /// <summary>From now on it looks, again and again.</summary>
    void Begin();

    /// <summary>Tells whom it concerns what is new, on the calling thread.</summary>
    void Look();

    /// <summary>Nobody else seems to want the processor that it looks around on. Once between <see cref="Begin"/> and <see cref="End"/> at most.</summary>
    void ProcessorIsFree()
    {
    }

    /// <summary>It looks a last time: what comes from now on has to be told.</summary>
    void End();
}
