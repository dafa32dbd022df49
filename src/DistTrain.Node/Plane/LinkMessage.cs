using DistTrain.Training.Buffers;

namespace DistTrain.Node.Plane;

/// <summary>What waits on a link: exactly one of the three. Owns its references until delivered or released.</summary>
internal readonly record struct LinkMessage(GradientPush? Push, PartitionState? State, SharedBuffer? Weights, long Version)
{
    public static LinkMessage Of(GradientPush push) => new(push, null, null, push.Version);

    public static LinkMessage Of(PartitionState state) => new(null, state, null, state.Version);

    /// <summary>Takes over a reference that the caller has added.</summary>
    public static LinkMessage Of(long version, SharedBuffer weights) => new(null, null, weights, version);

    public void Release()
    {
        Push?.Release();
        State?.Release();
        Weights?.Release();
    }
}
