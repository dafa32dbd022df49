using DistTrain.Training.Engines.Simd.Lanes;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines.Simd;

/// <summary>From numbers and kinds to types, one at a time, so that every combination gets code of its own.</summary>
internal static class NetworkPasses
{
    public static INetworkPass Create(NetworkShape shape, int lanes) => lanes switch
    {
        4 => OfWidth<FourLanes>(shape),
        8 => OfWidth<EightLanes>(shape),
        16 => OfWidth<SixteenLanes>(shape),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "Vectors have 4, 8 or 16 lanes."),
    };

    private static INetworkPass OfWidth<TLanes>(NetworkShape shape)
        where TLanes : struct, ILanes<TLanes> => shape.Activation switch
        {
            ActivationKind.Relu => OfActivation<TLanes, Rectifier>(shape),
            ActivationKind.Sigmoid => OfActivation<TLanes, Sigmoid>(shape),
            _ => throw new NotSupportedException($"The simd engine has no activation {shape.Activation}."),
        };

    private static INetworkPass OfActivation<TLanes, TActivation>(NetworkShape shape)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation => shape.Pooling switch
        {
            PoolingKind.Maximum => new NetworkPass<TLanes, TActivation, MaximumPooling>(shape),
            PoolingKind.Average => new NetworkPass<TLanes, TActivation, AveragePooling>(shape),
            _ => throw new NotSupportedException($"The simd engine has no pooling {shape.Pooling}."),
        };
}
