using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Training.Models;

/// <summary>What <c>--model</c> was given, in its parts: <c>FAMILY[:[CxHxW-]NUMBER-NUMBER...]</c>.</summary>
public sealed class ModelName
{
    private const int LargestWidth = 1 << 20;
    private const long MostParameters = int.MaxValue / sizeof(float);

    private readonly string usage;

    private ModelName(string text, string usage)
    {
        Text = text;
        this.usage = usage;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return;
        }

        string[] parts = text[(colon + 1)..].Split('-');
        if (parts[0].Contains('x', StringComparison.Ordinal))
        {
            Shape = ImageShape.Parse(parts[0]) ?? throw Bad($"'{parts[0]}' is not a shape of images such as 1x28x28, channels x height x width");
            parts = parts[1..];
        }

        Numbers = [.. parts.Select(Number)];
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Shape of the images, if the name says it.</summary>
    public ImageShape? Shape { get; }

    /// <summary>What follows it.</summary>
    public IReadOnlyList<int> Numbers { get; } = [];

    /// <summary>What stands before the colon.</summary>
    public static string FamilyOf(string text) => text.Split(':', 2)[0];

    /// <param name="usage">How names of the family are written; messages end with it.</param>
    /// <exception cref="UserErrorException">The text is no name.</exception>
    public static ModelName Parse(string text, string usage) => new(text, usage);

    /// <summary>For families that are told by these two alone, or by neither.</summary>
    /// <exception cref="UserErrorException">The name says one of them alone, or more.</exception>
    public (ImageShape Shape, int Classes) ShapeAndClasses(ImageShape shapeByDefault, int classesByDefault) => (Shape, Numbers) switch
    {
        (null, []) => (shapeByDefault, classesByDefault),
        ({ } shape, [var classes]) => (shape, classes),
        _ => throw Bad("it takes the shape of images and the number of classes, or neither"),
    };

    /// <exception cref="UserErrorException">A vector cannot hold so many parameters.</exception>
    public void RequireOneVector(IEnumerable<(long Inputs, long Outputs)> layers)
    {
        if (layers.Sum(layer => (layer.Inputs + 1) * layer.Outputs) > MostParameters)
        {
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"it has more parameters than one vector holds, {MostParameters:N0}"));
        }
    }

    /// <summary>One line that says what is wrong, and how it is written.</summary>
    public UserErrorException Bad(string why) => new($"model '{Text}': {why}; write {usage}");

    private int Number(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= LargestWidth
            ? number
            : throw Bad($"'{part}' is not a number from 1 to {LargestWidth}");
}
