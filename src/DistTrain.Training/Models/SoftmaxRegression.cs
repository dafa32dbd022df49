using DistTrain.Training.Data;
using DistTrain.Training.Models;

[assembly: ModelFamily<SoftmaxRegression>]

namespace DistTrain.Training.Models;

/// <summary>
/// One layer from inputs to classes, fc1: softmax regression (multinomial logistic regression). What it gets wrong is what hidden layers
/// are for; more of them without an activation between would be one linear layer again. 7,850 parameters on 28 x 28 images.
/// </summary>
public sealed class SoftmaxRegression : IModelFamily
{
    public string Name => "linear";

    public string Usage => "linear[:CxHxW-CLASSES]";

    public string Summary => "softmax regression: one layer from inputs to classes, to show what hidden layers are for";

    public ModelDescription Describe(ModelName name, NetworkOptions options)
    {
        if (name.Numbers.Count > (name.Shape is null ? 0 : 1))
        {
            throw name.Bad("it has no hidden layers, as linear layers in a row are one linear layer");
        }

        (ImageShape shape, int classes) = name.ShapeAndClasses(new ImageShape(1, 28, 28), 10);
        return new ModelDescription(
            name.Text, options.Label, shape.Channels, shape.Height, shape.Width, classes, [new Flatten(), .. MultilayerPerceptron.Layers(name, [shape.Size, classes], options)])
        {
            Loss = options.Loss ?? LossKind.CrossEntropy,
            SkipLossBelow = options.SkipLossBelow,
        };
    }

    public string Fit(ModelName name, ImageShape images, int classes) => $"{Name}:{images}-{classes}";
}
