using DistTrain.Protocol.Plane;
using DistTrain.Training.Buffers;
using DistTrain.Training.Optimizers;

namespace DistTrain.Node.Plane.Sockets;

/// <summary>Collects the sections of a state: weights, then the first and the second moment, of these as many as the header says.</summary>
internal sealed class StateReceiver(VectorReceiver vectors)
{
    private SharedBuffer? weights;
    private SharedBuffer? firstMoment;
    private uint moments;
    private ulong version;

    /// <summary>Takes the frame's piece.</summary>
    /// <returns>The state once it is complete, else null. The caller owns it.</returns>
    public PartitionState? Receive(FrameReader frame)
    {
        FrameHeader header = frame.Header;
        if (header.Moments > (uint)Moments.Both)
        {
            throw new LinkFaultException($"a state with the moments {header.Moments} cannot be");
        }

        Section due = Due(header);
        if (header.Section != due || (weights is not null && (header.Version != version || header.Moments != moments)))
        {
            throw new LinkFaultException($"section {header.Section} of version {header.Version} is out of order: {due} is due");
        }

        long number = FrameHeaders.ReadVersion(header);
        version = header.Version;
        moments = header.Moments;
        return vectors.Receive(frame) is { } vector ? Take(number, vector) : null;
    }

    /// <summary>Gives back the sections of a state that will not be completed.</summary>
    public void Release()
    {
        weights?.Release();
        firstMoment?.Release();
        weights = null;
        firstMoment = null;
    }

    private Section Due(FrameHeader header) =>
        weights is null ? Section.WeightsSection
        : firstMoment is null && Has(header.Moments, Moments.First) ? Section.FirstMoment
        : Section.SecondMoment;

    /// <summary>Takes a whole section over.</summary>
    private PartitionState? Take(long number, SharedBuffer vector)
    {
        SharedBuffer? second = null;
        if (weights is null)
        {
            weights = vector;
        }
        else if (firstMoment is null && Has(moments, Moments.First))
        {
            firstMoment = vector;
        }
        else
        {
            second = vector;
        }

        bool lacks = (Has(moments, Moments.First) && firstMoment is null) || (Has(moments, Moments.Second) && second is null);
        if (lacks)
        {
            return null;
        }

        var state = new PartitionState(number, weights, firstMoment, second);
        weights = null;
        firstMoment = null;
        return state;
    }

    private static bool Has(uint moments, Moments moment) => (moments & (uint)moment) != 0;
}
