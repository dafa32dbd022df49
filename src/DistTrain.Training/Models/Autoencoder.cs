using DistTrain.Training.Data;
using DistTrain.Training.Models;

[assembly: ModelFamily<Autoencoder>]

namespace DistTrain.Training.Models;

/// <summary>
/// Fully connected layers fc1, fc2, ... that give their input back through a bottleneck (Hinton and Salakhutdinov: "Reducing the
/// dimensionality of data with neural networks", Science 2006): <c>autoencoder:128-32</c> has the widths 784-128-32-128-784. Inputs are
/// normalised; outputs are the logits of pixels from 0 to 1, sigmoid(z). 209,968 parameters on 28 x 28 images.
/// </summary>
public sealed class Autoencoder : IModelFamily
{
    private static readonly int[] WidthsByDefault = [128, 32];

    /// <summary>First part of the names of all autoencoders.</summary>
    public const string FamilyName = "autoencoder";

    public string Name => FamilyName;

    public string Usage => "autoencoder[:[CxHxW-]WIDTHS] such as autoencoder:128-32";

    public string Summary => "perceptron that gives its input back: widths down to the narrowest, 128-32 by default, and the same way back up";

    public ModelDescription Describe(ModelName name, NetworkOptions options)
    {
        if (options.Loss == LossKind.CrossEntropy)
        {
            throw new UserErrorException($"--loss is {NetworkNames.Of(LossKind.CrossEntropy)}: model {name.Text} gives pixels back, and knows no classes; choose --loss mse or bce");
        }

        ImageShape shape = name.Shape ?? new ImageShape(1, 28, 28);
        IReadOnlyList<int> encoder = Encoder(name);
        int[] widths = [shape.Size, .. encoder, .. encoder.Reverse().Skip(1), shape.Size];
        return new ModelDescription(
            name.Text, options.Label, shape.Channels, shape.Height, shape.Width, classes: 0, [new Flatten(), .. MultilayerPerceptron.Layers(name, widths, options)])
        {
            Loss = options.Loss ?? LossKind.MeanSquaredError,
            SkipLossBelow = options.SkipLossBelow,
        };
    }

    public string Fit(ModelName name, ImageShape images, int classes) => $"{Name}:{images}-{string.Join('-', Encoder(name))}";

    private static IReadOnlyList<int> Encoder(ModelName name) => name.Numbers.Count == 0 ? WidthsByDefault : name.Numbers;
}
