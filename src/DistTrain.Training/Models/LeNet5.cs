using DistTrain.Training.Models;

[assembly: ModelFamily<LeNet5>]

namespace DistTrain.Training.Models;

/// <summary>
/// LeNet-5 (LeCun et al., 1998) on 28 x 28 images, as commonly written in PyTorch: the second convolution is fully
/// connected and the output is linear. 61,706 parameters.
/// </summary>
public sealed class LeNet5 : IModelFamily
{
    private const string FamilyName = "lenet5";

    /// <summary>ReLU, max-pool and cross-entropy.</summary>
    public static ModelDescription Modern { get; } = Of(ModelCatalog.Modern);

    /// <summary>Sigmoid, average-pool and cross-entropy.</summary>
    public static ModelDescription Classic { get; } = Of(ModelCatalog.Classic);

    public string Name => FamilyName;

    public string Usage => FamilyName;

    public string Summary => "LeNet-5: two convolutions with pooling, three fully connected layers; grey 28x28, 10 classes";

    public ModelDescription Describe(ModelName name, NetworkOptions options)
    {
        if (name.Text != FamilyName)
        {
            throw name.Bad("LeNet-5 has one shape");
        }

        Activation activation = options.ActivationLayer;
        Pooling pooling = options.PoolingLayer;
        return new ModelDescription(
            name.Text,
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
            Loss = options.Loss ?? LossKind.CrossEntropy,
            SkipLossBelow = options.SkipLossBelow,
        };
    }

    private static ModelDescription Of(string variant) => new LeNet5().Describe(ModelName.Parse(FamilyName, FamilyName), new NetworkOptions { Variant = variant });
}
