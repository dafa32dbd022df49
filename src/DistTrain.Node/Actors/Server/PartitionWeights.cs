using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>
/// The weights and optimizer moments of one partition. Each update writes the weights into a fresh buffer, so links
/// go on sending the old ones undisturbed; the version before is kept for a worker that lacks it.
/// </summary>
internal sealed class PartitionWeights(BufferPool buffers, IOptimizer optimizer, PartitionState start) : IDisposable
{
    private readonly SharedBuffer? firstMoment = start.FirstMoment;
    private readonly SharedBuffer? secondMoment = start.SecondMoment;
    private readonly BlockwiseUpdate update = new(optimizer);
    private SharedBuffer? previous;

    public SharedBuffer Current { get; private set; } = start.Weights;

    public long Version { get; private set; } = start.Version;

    /// <summary>The weights at a version, if they are still here.</summary>
    public SharedBuffer? At(long version) =>
        version == Version ? Current : version == Version - 1 ? previous : null;

    /// <param name="gradients">Their sum over the samples.</param>
    /// <param name="clip">Multiplies their mean.</param>
    public void Apply(double learningRate, PendingSum gradients, long samples, double clip)
    {
        SharedBuffer next = buffers.Rent();
        update.Apply(
            Version + 1,
            learningRate,
            Current.Values,
            gradients,
            samples,
            firstMoment is null ? default : firstMoment.Floats,
            secondMoment is null ? default : secondMoment.Floats,
            next.Floats,
            clip);
        previous?.Release();
        previous = Current;
        Current = next;
        Version++;
    }

    /// <summary>A copy of the state, its references the caller's. The weights are shared, the moments copied: they change in place.</summary>
    public PartitionState Snapshot() => new(Version, Current.AddReference(), Copy(firstMoment), Copy(secondMoment));

    public void Dispose()
    {
        previous?.Release();
        Current.Release();
        firstMoment?.Release();
        secondMoment?.Release();
    }

    private SharedBuffer? Copy(SharedBuffer? source)
    {
        if (source is null)
        {
            return null;
        }

        SharedBuffer copy = buffers.Rent();
        source.Values.CopyTo(copy.Floats);
        return copy;
    }
}
