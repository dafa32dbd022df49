using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Losses;
using DistTrain.Training.Lanes;
using DistTrain.Training.Models;

namespace DistTrain.Training.Engines.Simd;

/// <summary>From numbers and kinds to types, one at a time, so that every combination gets code of its own.</summary>
internal static unsafe class NetworkPasses
{
    public static INetworkPass Create(NetworkShape shape, int lanes) => lanes switch
    {
        4 => OfWidth<FourLanes>(shape),
        8 => OfWidth<EightLanes>(shape),
        16 => OfWidth<SixteenLanes>(shape),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "Vectors have 4, 8 or 16 lanes."),
    };

    private static INetworkPass OfWidth<TLanes>(NetworkShape shape)
        where TLanes : struct, ILanes<TLanes> => shape.Activation.Kind switch
        {
            ActivationKind.Relu => OfActivation<TLanes, Rectifier>(shape, default),
            ActivationKind.LeakyRelu => OfActivation<TLanes, LeakyRectifier>(shape, new LeakyRectifier(shape.Activation.Slope)),
            ActivationKind.Sigmoid => OfActivation<TLanes, Sigmoid>(shape, default),
            ActivationKind.Tanh => OfActivation<TLanes, HyperbolicTangent>(shape, default),
            ActivationKind.Step => OfActivation<TLanes, BinaryStep>(shape, default),
            _ => throw new NotSupportedException($"The simd engine has no activation {shape.Activation}."),
        };

    private static INetworkPass OfActivation<TLanes, TActivation>(NetworkShape shape, TActivation activation)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation => shape.Pooling switch
        {
            PoolingKind.Maximum => new NetworkPass<TLanes, TActivation, MaximumPooling>(shape, activation, Loss<TLanes>(shape)),
            PoolingKind.Average => new NetworkPass<TLanes, TActivation, AveragePooling>(shape, activation, Loss<TLanes>(shape)),
            _ => throw new NotSupportedException($"The simd engine has no pooling {shape.Pooling}."),
        };

    private static ChunkLoss Loss<TLanes>(NetworkShape shape)
        where TLanes : struct, ILanes<TLanes> => (shape.Task, shape.Loss) switch
        {
            (ModelTask.Classification, LossKind.CrossEntropy) => LossSum.Of<TLanes, CrossEntropy>,
            (ModelTask.Classification, LossKind.MeanSquaredError) => LossSum.Of<TLanes, MeanSquaredError>,
            (ModelTask.Classification, LossKind.BinaryCrossEntropy) => LossSum.Of<TLanes, BinaryCrossEntropy>,
            (ModelTask.Reconstruction, LossKind.MeanSquaredError) => new PixelLossSum<TLanes, PixelSquaredError>(shape.Widths[^1]).Of,
            (ModelTask.Reconstruction, LossKind.BinaryCrossEntropy) => new PixelLossSum<TLanes, PixelCrossEntropy>(shape.Widths[^1]).Of,
            _ => throw new NotSupportedException($"The simd engine has no loss {shape.Loss} for {shape.Task}."),
        };
}
