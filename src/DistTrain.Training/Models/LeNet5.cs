namespace DistTrain.Training.Models;

/// <summary>
/// LeNet-5 (LeCun et al., 1998) on 28 x 28 images, as commonly written in PyTorch: the second convolution is fully
/// connected and the output is linear. 61,706 parameters.
/// </summary>
public static class LeNet5
{
    public const string Name = "lenet5";

    /// <summary>ReLU, max-pool and cross-entropy.</summary>
    public static ModelDescription Modern { get; } = Describe(new NetworkOptions { Variant = ModelCatalog.Modern });

    /// <summary>Sigmoid, average-pool and cross-entropy.</summary>
    public static ModelDescription Classic { get; } = Describe(new NetworkOptions { Variant = ModelCatalog.Classic });

    internal static ModelDescription Describe(NetworkOptions options)
    {
        Activation activation = options.ActivationLayer;
        Pooling pooling = options.PoolingLayer;
        return new ModelDescription(
            Name,
            options.Label,
            channels: 1,
            height: 28,
            width: 28,
            classes: 10,
            [
                new Convolution("conv1", 1, 6, Kernel: 5, Padding: 2),
                activation,
                pooling,
                new Convolution("conv2", 6, 16, Kernel: 5, Padding: 0),
                activation,
                pooling,
                new Flatten(),
                new Linear("fc1", 400, 120),
                .. options.HiddenLayers,
                new Linear("fc2", 120, 84),
                .. options.HiddenLayers,
                new Linear("fc3", 84, 10),
            ])
        {
            Loss = options.Loss,
        };
    }
}
