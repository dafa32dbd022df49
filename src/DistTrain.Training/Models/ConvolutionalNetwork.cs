using DistTrain.Training.Data;
using DistTrain.Training.Models;

[assembly: ModelFamily<ConvolutionalNetwork>]

namespace DistTrain.Training.Models;

/// <summary>
/// Two pairs of 3 x 3 convolutions, each pair followed by pooling, in the manner of VGG (Simonyan and Zisserman, 2014), and two fully
/// connected layers. Convolutions keep height and width; each pooling halves them. 1,116,970 parameters on 3 x 32 x 32 images.
/// </summary>
public sealed class ConvolutionalNetwork : IModelFamily
{
    private const int Kernel = 3;
    private const int Same = Kernel / 2;
    private const int Narrow = 32;
    private const int Wide = 64;
    private const int Hidden = 256;

    /// <summary>Two poolings, each by two.</summary>
    private const int Reduction = 4;

    public string Name => "cnn";

    public string Usage => "cnn[:CxHxW-CLASSES]";

    public string Summary => "four 3x3 convolutions with two poolings, two fully connected layers; for colour images of 32x32, or others whose sides are multiples of 4";

    public ModelDescription Describe(ModelName name, NetworkOptions options)
    {
        (ImageShape shape, int classes) = name.ShapeAndClasses(new ImageShape(3, 32, 32), 10);
        if (shape.Height % Reduction != 0 || shape.Width % Reduction != 0)
        {
            throw name.Bad($"its two poolings halve height and width twice, so both must be multiples of {Reduction}, not {shape.Height} and {shape.Width}");
        }

        int features = Wide * (shape.Height / Reduction) * (shape.Width / Reduction);
        name.RequireOneVector([(features, Hidden), (Hidden, classes), (shape.Channels * Kernel * Kernel, Narrow)]);
        return new ModelDescription(
            name.Text,
            options.Label,
            shape.Channels,
            shape.Height,
            shape.Width,
            classes,
            [
                .. Pair(1, shape.Channels, Narrow, options),
                .. Pair(3, Narrow, Wide, options),
                new Flatten(),
                new Linear("fc1", features, Hidden),
                .. options.HiddenLayers,
                new Linear("fc2", Hidden, classes),
            ])
        {
            Loss = options.Loss ?? LossKind.CrossEntropy,
            SkipLossBelow = options.SkipLossBelow,
        };
    }

    public string Fit(ModelName name, ImageShape images, int classes) => $"{Name}:{images}-{classes}";

    private static Layer[] Pair(int first, int inputs, int outputs, NetworkOptions options) =>
    [
        new Convolution($"conv{first}", inputs, outputs, Kernel, Same),
        options.ActivationLayer,
        new Convolution($"conv{first + 1}", outputs, outputs, Kernel, Same),
        options.ActivationLayer,
        options.PoolingLayer,
    ];
}
