using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;
using DistTrain.Training.Sharing;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Node.Actors.Server;

/// <summary>
/// The weights and optimizer moments of one partition. Each update writes the weights into a fresh buffer, so links
/// go on sending the old ones undisturbed; the version before is kept for a worker that lacks it.
/// </summary>
/// <param name="waiting">Who helps with an update.</param>
internal sealed class PartitionWeights(BufferPool buffers, IOptimizer optimizer, WaitingThreads waiting, PartitionState start) : IDividedWork, IDisposable
{
    // Some 2 us each with Adam: shorter parts cost more to hand out than they gain.
    private const int ShortestPart = 4 * BlockwiseUpdate.BlockLength;

    private readonly SharedBuffer? firstMoment = start.FirstMoment;
    private readonly SharedBuffer? secondMoment = start.SecondMoment;
    private readonly BlockwiseUpdate update = new(optimizer);
    private readonly int partLength = PartLength(buffers.Length);
    private SharedBuffer? previous;
    private SharedBuffer? next;
    private PendingSum? pending;

    public SharedBuffer Current { get; private set; } = start.Weights;

    public long Version { get; private set; } = start.Version;

    int IDividedWork.Parts => (buffers.Length + partLength - 1) / partLength;

    /// <summary>The weights at a version, if they are still here.</summary>
    public SharedBuffer? At(long version) =>
        version == Version ? Current : version == Version - 1 ? previous : null;

    /// <param name="gradients">Their sum over the samples.</param>
    /// <param name="clip">Multiplies their mean.</param>
    public void Apply(double learningRate, PendingSum gradients, long samples, double clip)
    {
        next = buffers.Rent();
        pending = gradients;
        update.Begin(Version + 1, learningRate, samples, clip);
        waiting.Run(this);
        pending = null;
        previous?.Release();
        previous = Current;
        Current = next;
        Version++;
    }

    void IDividedWork.Do(int part) => update.Apply(
        part * partLength,
        Math.Min((part + 1) * partLength, buffers.Length),
        Current.Values,
        pending!,
        firstMoment is null ? default : firstMoment.Floats,
        secondMoment is null ? default : secondMoment.Floats,
        next!.Floats);

    /// <summary>A copy of the state, its references the caller's. The weights are shared, the moments copied: they change in place.</summary>
    public PartitionState Snapshot() => new(Version, Current.AddReference(), Copy(firstMoment), Copy(secondMoment));

    public void Dispose()
    {
        previous?.Release();
        Current.Release();
        firstMoment?.Release();
        secondMoment?.Release();
    }

    /// <summary>Whole blocks, and as many as leave no more parts than can be handed out.</summary>
    private static int PartLength(int length)
    {
        int share = (length + IDividedWork.MostParts - 1) / IDividedWork.MostParts;
        int blocks = (share + BlockwiseUpdate.BlockLength - 1) / BlockwiseUpdate.BlockLength;
        return Math.Max(ShortestPart, blocks * BlockwiseUpdate.BlockLength);
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
