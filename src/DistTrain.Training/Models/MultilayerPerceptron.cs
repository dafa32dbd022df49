using System.Globalization;

namespace DistTrain.Training.Models;

/// <summary>
/// Fully connected layers fc1, fc2, ... with an activation between them, on square single-channel images, named by
/// their widths: <c>mlp:784-300-100-10</c> has 784 inputs, two hidden layers and 10 classes.
/// </summary>
public static class MultilayerPerceptron
{
    public const string Prefix = "mlp:";

    private const int LargestWidth = 1 << 20;

    /// <exception cref="UserErrorException">The widths cannot be read, or do not make a model of flat 28 x 28 or other square images, or something is chosen for layers that it has not.</exception>
    public static ModelDescription Parse(string name, NetworkOptions options)
    {
        int[] widths = Widths(name);
        int side = (int)Math.Round(Math.Sqrt(widths[0]));
        if (side * side != widths[0])
        {
            throw Bad(name, "the first width is the number of pixels of a square image, such as 784");
        }

        if (widths.Zip(widths.Skip(1), (inputs, outputs) => ((long)inputs + 1) * outputs).Sum() > int.MaxValue / sizeof(float))
        {
            throw Bad(name, "it has more parameters than one vector holds, 536,870,911");
        }

        RequireLayers(name, hidden: widths.Length > 2, options);
        var layers = new List<Layer> { new Flatten() };
        for (int i = 1; i < widths.Length; i++)
        {
            if (i > 1)
            {
                layers.AddRange(options.HiddenLayers);
            }

            layers.Add(new Linear($"fc{i}", widths[i - 1], widths[i]));
        }

        return new ModelDescription(name, options.Label, channels: 1, side, side, widths[^1], [.. layers]) { Loss = options.Loss };
    }

    /// <summary>Nothing may be chosen for layers that are not there: it would be taken for having an effect.</summary>
    private static void RequireLayers(string name, bool hidden, NetworkOptions options)
    {
        if (options.Pooling is { } pooling)
        {
            throw new UserErrorException($"--pooling is {NetworkNames.Of(pooling)}: model {name} has no pooling; leave --pooling out");
        }

        if (!hidden && options.Activation is { } activation)
        {
            throw new UserErrorException($"--activation is {NetworkNames.Of(activation)}: model {name} has no hidden layer to activate; leave --activation out or add a width");
        }

        if (!hidden && options.Dropout > 0)
        {
            throw new UserErrorException(string.Create(
                CultureInfo.InvariantCulture, $"--dropout is {options.Dropout}: model {name} has no hidden layer to drop values of; leave --dropout out or add a width"));
        }
    }

    private static int[] Widths(string name)
    {
        string[] parts = name[Prefix.Length..].Split('-');
        var widths = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out widths[i]) || widths[i] is < 1 or > LargestWidth)
            {
                throw Bad(name, $"'{parts[i]}' is not a width from 1 to {LargestWidth}");
            }
        }

        return widths.Length >= 2 ? widths : throw Bad(name, "it needs at least inputs and classes");
    }

    private static UserErrorException Bad(string name, string why) =>
        new($"model '{name}': {why}; write widths from inputs to classes, such as mlp:784-300-100-10");
}
