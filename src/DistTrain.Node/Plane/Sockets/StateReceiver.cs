using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>Collects the three sections of a state: weights, first moment, second moment, in this order.</summary>
internal sealed class StateReceiver(VectorReceiver vectors)
{
    private SharedBuffer? weights;
    private SharedBuffer? firstMoment;
    private ulong version;

    /// <summary>Takes the frame's piece.</summary>
    /// <returns>The state once it is complete, else null. The caller owns it.</returns>
    public PartitionState? Receive(FrameReader frame)
    {
        Section due = weights is null ? Section.WeightsSection : firstMoment is null ? Section.FirstMoment : Section.SecondMoment;
        FrameHeader header = frame.Header;
        if (header.Section != due || (weights is not null && header.Version != version))
        {
            throw new LinkFaultException($"section {header.Section} of version {header.Version} is out of order: {due} is due");
        }

        long number = FrameHeaders.ReadVersion(header);
        version = header.Version;
        SharedBuffer? vector = vectors.Receive(frame);
        if (vector is null)
        {
            return null;
        }

        if (weights is null)
        {
            weights = vector;
            return null;
        }

        if (firstMoment is null)
        {
            firstMoment = vector;
            return null;
        }

        PartitionState state = new(number, weights, firstMoment, vector);
        weights = null;
        firstMoment = null;
        return state;
    }

    /// <summary>Gives back the sections of a state that will not be completed.</summary>
    public void Release()
    {
        weights?.Release();
        firstMoment?.Release();
        weights = null;
        firstMoment = null;
    }
}
