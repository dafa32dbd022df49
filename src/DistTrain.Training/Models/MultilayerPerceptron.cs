using DistTrain.Training.Data;
using DistTrain.Training.Models;

[assembly: ModelFamily<MultilayerPerceptron>]

namespace DistTrain.Training.Models;

/// <summary>
/// Fully connected layers fc1, fc2, ... with an activation between them, named by their widths: <c>mlp:784-300-100-10</c> has 784
/// inputs, two hidden layers and 10 classes. A single number of inputs is a square grey image; <c>mlp:3x32x32-300-10</c> is any other.
/// </summary>
public sealed class MultilayerPerceptron : IModelFamily
{
    public string Name => "mlp";

    public string Usage => "mlp:WIDTHS such as mlp:784-300-100-10 or mlp:3x32x32-300-10";

    public string Summary => "multilayer perceptron: widths from inputs to classes, with an activation behind each hidden layer";

    public ModelDescription Describe(ModelName name, NetworkOptions options)
    {
        ImageShape shape = name.Shape ?? Square(name);
        int[] widths = [shape.Size, .. name.Numbers.Skip(name.Shape is null ? 1 : 0)];
        if (widths.Length < 2)
        {
            throw name.Bad("it needs at least inputs and classes");
        }

        return new ModelDescription(name.Text, options.Label, shape.Channels, shape.Height, shape.Width, widths[^1], [new Flatten(), .. Layers(name, widths, options)])
        {
            Loss = options.Loss ?? LossKind.CrossEntropy,
            SkipLossBelow = options.SkipLossBelow,
        };
    }

    /// <summary>Linear layers of these widths, and what is behind each of them but the last.</summary>
    internal static IEnumerable<Layer> Layers(ModelName name, IReadOnlyList<int> widths, NetworkOptions options)
    {
        name.RequireOneVector(widths.Zip(widths.Skip(1), (inputs, outputs) => ((long)inputs, (long)outputs)));
        var layers = new List<Layer>();
        for (int i = 1; i < widths.Count; i++)
        {
            layers.AddRange(i == 1 ? [] : options.HiddenLayers);
            layers.Add(new Linear($"fc{i}", widths[i - 1], widths[i]));
        }

        return layers;
    }

    private static ImageShape Square(ModelName name)
    {
        int inputs = name.Numbers.Count > 0 ? name.Numbers[0] : throw name.Bad("it needs at least inputs and classes");
        int side = (int)Math.Round(Math.Sqrt(inputs));
        return side * side == inputs ? new ImageShape(1, side, side) : throw name.Bad("the first width is the number of pixels of a square grey image, such as 784");
    }
}
