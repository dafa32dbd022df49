using DistTrain.Training.Engines;

namespace DistTrain.Node.Actors.Timing;

/// <summary>How much of the time of one gradient its ways there took, in ticks of the clock.</summary>
internal sealed class ForwardWatch(TimeProvider time) : IGradientPhases
{
    private long mark;

    /// <summary>Since <see cref="Begin"/>.</summary>
    public long Ticks { get; private set; }

    public void Begin(long timestamp)
    {
        mark = timestamp;
        Ticks = 0;
    }

    public void ForwardEnded() => Ticks += time.GetTimestamp() - mark;

    public void BackwardEnded() => mark = time.GetTimestamp();
}
